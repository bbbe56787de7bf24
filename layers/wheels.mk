# How a layer is built, on any machine: the wheels of Lambda's platform, hash-pinned, then byte-compiled.
# Lambda's code folder is read-only, so without byte code every cold start would compile everything again. Hash-based
# files survive the zip's rewritten times. The compiling Python must be of the runtime's minor version.
# The local cloud sets WHEELS= where the laptop is not of Lambda's platform.
PYTHON ?= python3.13
WHEELS ?= --platform manylinux_2_34_x86_64 --platform manylinux_2_28_x86_64 --platform manylinux2014_x86_64 \
	--python-version 3.13 --implementation cp --only-binary=:all:

define install
rm -rf "$(ARTIFACTS_DIR)/python"
$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps $(WHEELS) \
	--target "$(ARTIFACTS_DIR)/python" --requirement requirements.txt
endef

define compile
find "$(ARTIFACTS_DIR)/python" -type d -name __pycache__ -prune -exec rm -rf {} +
$(PYTHON) -m compileall -q --invalidation-mode unchecked-hash "$(ARTIFACTS_DIR)/python"
endef
