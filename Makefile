# Thin: two commands for newcomers, the rest by name. CMake does the work.
JOBS ?= $(shell nproc)

.PHONY: all demo test test-asan test-tsan test-fire soak docs clean

all: build/Makefile
	@cmake --build build -j $(JOBS)

build/Makefile: CMakeLists.txt CMakePresets.json
	@deploy/packages.sh build
	@cmake --preset release -DBUILD_TESTING=OFF >/dev/null

# Builds, runs the bundled examples through the whole pipeline and shows what came out.
demo: build/Makefile
	@cmake --build build -j $(JOBS) -- --no-print-directory -s
	@build/dateline --dir dateline-data run --once

# Everything a change must pass: the whole suite plain, then under sanitizers. Only tests of real
# brokers that are killed are run once more when they fail, and both runs are shown.
test:
	@deploy/packages.sh test
	@cmake --preset release -DBUILD_TESTING=ON >/dev/null
	@cmake --build build -j $(JOBS) -- --no-print-directory -s
	@ctest --test-dir build --output-on-failure -LE kafka -j $(JOBS)
	@ctest --test-dir build --output-on-failure -L kafka --repeat until-pass:2
	@$(MAKE) --no-print-directory test-asan test-tsan

test-asan:
	@cmake --preset asan >/dev/null
	@cmake --build build-asan -j $(JOBS) -- --no-print-directory -s
	@ctest --test-dir build-asan --output-on-failure -LE kafka -j $(JOBS)
	@ctest --test-dir build-asan --output-on-failure -L kafka --repeat until-pass:2

test-tsan:
	@cmake --preset tsan >/dev/null
	@cmake --build build-tsan -j $(JOBS) -- --no-print-directory -s
	@ctest --test-dir build-tsan --output-on-failure -L flow -j $(JOBS)

# The relay on three real brokers under faults, and the control that shows that the test can fail.
test-fire:
	@deploy/packages.sh test
	@cmake --preset release -DBUILD_TESTING=ON >/dev/null
	@cmake --build build -j $(JOBS) -- --no-print-directory -s
	@KAFKA_LIBS=$${KAFKA_LIBS:-$(CURDIR)/build/kafka} tests/fire/run build

# What takes too long for every change: the log and the relay with a current librdkafka, and more
# seeds of the fire test with it.
SOAK_SEEDS ?= 11 12 13
soak:
	@deploy/packages.sh soak
	@cmake --preset release -DBUILD_TESTING=ON >/dev/null
	@cmake --build build -j $(JOBS) -- --no-print-directory -s
	@tests/kafka/current-librdkafka build
	@KAFKA_LIBS=$${KAFKA_LIBS:-$(CURDIR)/build/kafka} tests/fire/soak build $(SOAK_SEEDS)

# The pages that are made from tables in the program.
docs: all
	@mkdir -p docs
	@build/dateline config --docs >docs/CONFIG.md
	@build/dateline config --metrics >docs/METRICS.md
	@tests/gold/codebook.py docs/CODEBOOK.md
	@tests/gold/judge.py build/dateline --write docs/QUALITY.md

clean:
	rm -rf build build-*
