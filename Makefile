# SPDX-License-Identifier: GPL-2.0
# The door: what people type. Objects of the module are in Kbuild, the tool's in
# cli/Makefile, and everything that boots a kernel is in selftests/vm.

KDIR ?= /lib/modules/$(shell uname -r)/build
DESTDIR ?=
PREFIX ?= /usr/local
VM := selftests/vm

.PHONY: all module cli check demo bench style regen install modules_install \
	clean help

all: module cli

module:
	@test -e $(KDIR)/Makefile || { \
		echo "module: no kernel headers in $(KDIR): apt-get install linux-headers-$$(uname -r), or KDIR=another/tree" >&2; \
		exit 1; }
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

cli:
	@$(VM)/deps --check build
	$(MAKE) -C cli

# On Debian these install what they need, and only then ask for sudo.
demo:
	@$(VM)/deps --install build vm test
	@$(VM)/demo

check:
	@$(VM)/deps --install
	@$(VM)/check

bench:
	@$(VM)/deps --install build vm bench
	@$(VM)/bench $(KERNELS)

style:
	@$(VM)/deps --install build vm style
	@$(VM)/style

regen:
	@include/netlink/regen

install: cli
	$(MAKE) -C cli install DESTDIR=$(DESTDIR) PREFIX=$(PREFIX)

modules_install: module
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules_install

clean:
	-test ! -e $(KDIR)/Makefile || $(MAKE) -C $(KDIR) M=$(CURDIR) clean
	$(MAKE) -C cli clean
	$(MAKE) -C selftests clean

help:
	@echo 'make                  the module for the running kernel, and the tool'
	@echo '     KDIR=DIR         ... for the kernel whose headers are in DIR'
	@echo 'make install          the tool, its manual page and completion (PREFIX, DESTDIR)'
	@echo 'make modules_install  the module, for modprobe'
	@echo
	@echo 'make demo             real nginx traffic, counted in a virtual machine'
	@echo 'make check            style and all tests on kernels 6.1, 6.12 and 7.2'
	@echo 'make bench            what counting costs, in instructions a connection'
	@echo 'make style            checkers only'
	@echo 'make regen            headers and policies from include/netlink/specs'
	@echo 'make clean            remove what was built'
	@echo
	@echo 'One test on one kernel:'
	@echo '  selftests/vm/run -k 6.12 --load -- selftests/states_held.sh'
