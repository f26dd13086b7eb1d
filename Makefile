# SPDX-License-Identifier: GPL-2.0
# The door: what people type. Objects of the module are in Kbuild, the tool's in
# cli/Makefile, and everything that boots a kernel is in selftests/vm.

KDIR ?= /lib/modules/$(shell uname -r)/build
DESTDIR ?=
PREFIX ?= /usr/local
VM := selftests/vm

.PHONY: all module cli deps check check-all check-debug trials demo bench fuzz mutants style regen install modules_install \
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
deps:
	@$(VM)/deps --install

demo:
	@$(VM)/deps --install build vm test
	@$(VM)/demo

# MINUTES: what has not run by then is reported as skipped
check:
	@$(VM)/deps --install
	@$(VM)/check $(if $(MINUTES),--minutes $(MINUTES))

# Whatever could run anywhere.
check-all:
	@$(VM)/deps --install
	@$(VM)/check --all
	@$(VM)/check-debug

# KERNEL: one or more of vm/kernels with options, else all such; SHARE: what CI has
# time for, in MINUTES if it says so
check-debug:
	@$(VM)/deps --install build vm test fuzz
	@$(VM)/check-debug $(if $(SHARE),--share) $(if $(MINUTES),--minutes $(MINUTES)) $(KERNEL)

# KERNEL: one or more of vm/kernels, else User Mode Linux; TRIALS: of each
trials:
	@$(VM)/deps --install build vm test
	@$(VM)/trials $(if $(TRIALS),-n $(TRIALS)) $(KERNEL)

bench:
	@$(VM)/deps --install build vm bench
	@$(VM)/bench $(KERNELS)

fuzz:
	@$(VM)/deps --install build vm test fuzz
	@selftests/fuzz/soak
	@selftests/fuzz/soak packets
	@selftests/fuzz/cli/run $(or $(SECONDS_TO_FUZZ),600)

# NAME: one or more of selftests/mutants, else all
mutants:
	@$(VM)/deps --install build vm test
	@$(VM)/mutate $(NAME)

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
	@echo 'make check            style, and all tests: on the newest kernel, on 6.1 and 6.12 what can'
	@echo '                      differ there, on User Mode Linux what needs CPUs at once'
	@echo 'make check-all        every test on every kernel, and check-debug: hours'
	@echo 'make check-debug      all tests on kernels that catch what a module does wrong: hours'
	@echo '     KERNEL=6.1-debug ... on that kernel only'
	@echo '     SHARE=1          ... on User Mode Linux only'
	@echo 'make trials           random traffic and settings, every number compared'
	@echo '     KERNEL=6.12      ... on that kernel, not on User Mode Linux'
	@echo '     TRIALS=N         ... so many, not 1000'
	@echo 'make bench            what counting costs, in instructions a connection'
	@echo 'make fuzz             random netlink requests, packets, and input of the tool, each'
	@echo '                      for SECONDS_TO_FUZZ (600)'
	@echo 'make mutants          bugs put in one at a time: does the test that should notice?'
	@echo 'make style            checkers only'
	@echo 'make regen            headers and policies from include/netlink/specs'
	@echo 'make clean            remove what was built'
	@echo
	@echo 'One test, of what was just edited, and on a kernel as Debian ships it:'
	@echo '  selftests/vm/run -k uml  -l -- selftests/states_held.sh'
	@echo '  selftests/vm/run -k 6.12 -l -- selftests/states_held.sh'
