// The drop tracer's part in the kernel (tracer.bpf.c), compiled: an ELF object.
#pragma once

#include <cstdint>
#include <span>

namespace whydrop {

std::span<const std::uint8_t> drop_program();

}  // namespace whydrop
