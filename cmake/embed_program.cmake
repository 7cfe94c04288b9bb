# Writes the bytes of OBJECT as the C++ file SOURCE.
file(READ ${OBJECT} bytes HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
file(WRITE ${SOURCE} "// Generated from src/drops/tracer.bpf.c.
#include \"src/drops/program.h\"

static constexpr std::uint8_t kProgram[] = {${bytes}};

std::span<const std::uint8_t> whydrop::drop_program() { return kProgram; }
")
