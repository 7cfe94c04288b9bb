// Looks the drop reasons up in /sys/kernel/btf.
#include "src/drops/type_info.h"

#include <bpf/btf.h>

#include <array>
#include <memory>
#include <span>

namespace whydrop {
namespace {

struct FreeTypes {
  void operator()(btf* types) const { btf__free(types); }
};
using Types = std::unique_ptr<btf, FreeTypes>;

struct Subsystem {
  const char* module;
  const char* enumeration;  ///< its values bear the subsystem's number already
};
constexpr auto kSubsystems = std::to_array<Subsystem>({
    {"mac80211", "mac80211_drop_reason"},
    {"openvswitch", "ovs_drop_reason"},
});

ReasonNames enumerators(const btf* types, const char* enumeration) {
  ReasonNames names;
  const auto id = btf__find_by_name_kind(types, enumeration, BTF_KIND_ENUM);
  if (id < 0) return names;
  const btf_type* const type = btf__type_by_id(types, static_cast<std::uint32_t>(id));
  for (const struct btf_enum& one : std::span(btf_enum(type), btf_vlen(type))) {
    names.emplace(static_cast<std::uint32_t>(one.val), btf__name_by_offset(types, one.name_off));
  }
  return names;
}

/// What a name or a pointer stands for.
const btf_type* target_of(const btf* types, const btf_type* type) {
  return btf__type_by_id(types, type->type);  // NOLINT(cppcoreguidelines-pro-type-union-access): so the kernel has it
}

/// btf_trace_kfree_skb is a pointer to a function of these arguments, after one that is the tracepoint's own.
std::size_t arguments_of_tracepoint(const btf* types) {
  const auto id = btf__find_by_name_kind(types, "btf_trace_kfree_skb", BTF_KIND_TYPEDEF);
  if (id < 0) return 0;
  const btf_type* const pointer = target_of(types, btf__type_by_id(types, static_cast<std::uint32_t>(id)));
  const btf_type* const function = pointer == nullptr ? nullptr : target_of(types, pointer);
  if (function == nullptr || !btf_is_func_proto(function) || btf_vlen(function) == 0) return 0;
  return btf_vlen(function) - 1U;
}

/// Built into the kernel, or a module that is loaded; nothing where it is neither.
ReasonNames subsystem_reasons(btf* kernel, const Subsystem& subsystem) {
  ReasonNames built_in = enumerators(kernel, subsystem.enumeration);
  if (!built_in.empty()) return built_in;
  const Types module(btf__load_module_btf(subsystem.module, kernel));
  return module ? enumerators(module.get(), subsystem.enumeration) : ReasonNames();
}

}  // namespace

std::expected<DropTypes, std::string> read_drop_types() {
  const Types kernel(btf__load_vmlinux_btf());
  if (!kernel) return std::unexpected("this kernel has no type information (/sys/kernel/btf/vmlinux)");
  DropTypes types{.reasons = enumerators(kernel.get(), "skb_drop_reason"),
                  .of_subsystems = {},
                  .arguments = arguments_of_tracepoint(kernel.get())};
  if (types.arguments < 2) return std::unexpected("this kernel's type information lacks tracepoint skb:kfree_skb");
  for (const Subsystem& subsystem : kSubsystems) types.of_subsystems.merge(subsystem_reasons(kernel.get(), subsystem));
  return types;
}

}  // namespace whydrop
