// Loads the program, and reads its ring.
#include "src/drops/tracer.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <span>
#include <string>
#include <system_error>

#include "src/core/wall_clock.h"
#include "src/drops/program.h"
#include "src/drops/reasons.h"
#include "src/drops/shared.h"
#include "src/drops/symbols.h"
#include "src/drops/type_info.h"

namespace whydrop {
namespace {

template <auto Release>
struct Destroy {
  template <typename T>
  void operator()(T* what) const {
    Release(what);
  }
};
using Object = std::unique_ptr<bpf_object, Destroy<bpf_object__close>>;
using Link = std::unique_ptr<bpf_link, Destroy<bpf_link__destroy>>;
using Ring = std::unique_ptr<ring_buffer, Destroy<ring_buffer__free>>;

/// Of what failed last in libbpf.
std::string refused(std::string_view step) {
  const int number = errno;
  const bool rights = number == EPERM || number == EACCES;
  return fmt::format("{}: {}{}", step, std::system_category().message(number),
                     rights ? " (it takes root, or CAP_BPF and CAP_PERFMON)" : "");
}

/// libbpf names maps of global data after the object: "tracer.rodata".
bpf_map* map_of(bpf_object& object, std::string_view section) {
  bpf_map* map = nullptr;
  while ((map = bpf_object__next_map(&object, map)) != nullptr) {
    if (std::string_view(bpf_map__name(map)).ends_with(section)) return map;
  }
  return nullptr;
}

bool set(bpf_object& object, const whydrop_drop_settings& settings) {
  bpf_map* const map = map_of(object, ".rodata");
  return map != nullptr && bpf_map__set_initial_value(map, &settings, sizeof settings) == 0;
}

/// What the program counts, in memory that it shares with us.
class Counts {
 public:
  explicit Counts(const bpf_map* map)
      : memory_(map == nullptr ? MAP_FAILED : ::mmap(nullptr, kBytes, PROT_READ, MAP_SHARED, bpf_map__fd(map), 0)) {}
  Counts(const Counts&) = delete;
  Counts& operator=(const Counts&) = delete;
  ~Counts() {
    if (is_open()) ::munmap(memory_, kBytes);
  }

  bool is_open() const { return memory_ != MAP_FAILED; }
  std::uint64_t lost() const {
    const std::span cpus(static_cast<const whydrop_drop_cpu*>(memory_), WHYDROP_DROP_CPUS);
    std::uint64_t sum = 0;
    for (const whydrop_drop_cpu& cpu : cpus) sum += __atomic_load_n(&cpu.lost, __ATOMIC_RELAXED);
    return sum;
  }

 private:
  static constexpr std::size_t kBytes = sizeof(whydrop_drop_cpu) * WHYDROP_DROP_CPUS;

  void* memory_;
};

/// How often the kernel did not run the program, since an interrupt's drop found it at work on the same CPU. Of all
/// namespaces: nobody looked at these.
class Misses {
 public:
  explicit Misses(int program)
      : file_(::open(fmt::format("/proc/self/fdinfo/{}", program).c_str(), O_RDONLY | O_CLOEXEC)) {}
  Misses(const Misses&) = delete;
  Misses& operator=(const Misses&) = delete;
  ~Misses() {
    if (file_ >= 0) ::close(file_);
  }

  /// 0 before Linux 5.12, which does not count them.
  std::uint64_t count() const {
    std::array<char, 1024> bytes{};
    const ssize_t got = ::pread(file_, bytes.data(), bytes.size(), 0);
    std::string_view text(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    constexpr std::string_view kName = "recursion_misses:\t";
    const std::size_t at = text.find(kName);
    std::uint64_t number = 0;
    if (at == std::string_view::npos) return number;
    text.remove_prefix(at + kName.size());
    std::from_chars(std::to_address(text.cbegin()), std::to_address(text.cend()), number);
    return number;
  }

 private:
  int file_;
};

/// Between the clock of packets and that of the kernel's program.
Duration clocks_apart() {
  return wall_clock().time_since_epoch() - std::chrono::steady_clock::now().time_since_epoch();
}

}  // namespace

class DropTracer::State {
 public:
  State(Object object, DropReasons reasons, bool has_reason)
      : object_(std::move(object)),
        counts_(map_of(*object_, ".bss")),
        misses_(bpf_program__fd(bpf_object__next_program(object_.get(), nullptr))),
        reasons_(std::move(reasons)),
        has_reason_(has_reason) {}

  std::expected<void, std::string> begin() {
    if (!counts_.is_open()) return std::unexpected(refused("mapping the program's counts"));
    ring_.reset(ring_buffer__new(bpf_object__find_map_fd_by_name(object_.get(), "ring"), &State::told, this, nullptr));
    if (!ring_) return std::unexpected(refused("mapping the program's ring"));
    link_.reset(bpf_program__attach(bpf_object__next_program(object_.get(), nullptr)));
    if (!link_) return std::unexpected(refused("attaching to the tracepoint"));
    since_ = wall_clock();
    return {};
  }

  void poll(const std::function<void(const KernelDrop&)>& take) {
    take_ = &take;
    left_ = kMost;
    apart_ = clocks_apart();
    ring_buffer__consume(ring_.get());
    take_ = nullptr;
  }

  std::uint64_t lost() const { return counts_.lost() + misses_.count(); }
  Time since() const { return since_; }

 private:
  /// Called by libbpf; anything below zero ends the round.
  static int told(void* state, void* bytes, std::size_t size) {
    auto& self = *static_cast<State*>(state);
    whydrop_drop drop{};
    if (size >= sizeof drop) {
      std::memcpy(&drop, bytes, sizeof drop);
      self.tell(drop);
    }
    return --self.left_ == 0 ? -1 : 0;
  }

  void tell(const whydrop_drop& drop) {
    const std::size_t captured = std::min<std::size_t>(drop.captured, WHYDROP_DROP_BYTES);
    (*take_)({.time = Time(std::chrono::nanoseconds(drop.time) + apart_),
              .reason = has_reason_ ? reasons_.name(drop.reason) : "",
              .location = symbols_.at(drop.location),
              .headers = std::span(drop.bytes).first(captured),
              .wire_len = std::max(drop.wire_len, static_cast<std::uint32_t>(captured))});
  }

  Object object_;
  Counts counts_;
  Misses misses_;
  DropReasons reasons_;
  KernelSymbols symbols_ = KernelSymbols::read();
  bool has_reason_;
  Ring ring_;
  Link link_;
  Time since_;
  const std::function<void(const KernelDrop&)>* take_ = nullptr;
  std::size_t left_ = 0;
  Duration apart_{};
};

DropTracer::DropTracer(std::unique_ptr<State> state) : state_(std::move(state)) {}
DropTracer::DropTracer(DropTracer&&) noexcept = default;
DropTracer& DropTracer::operator=(DropTracer&&) noexcept = default;
DropTracer::~DropTracer() = default;

std::expected<DropTracer, std::string> DropTracer::open() {
  libbpf_set_print(nullptr);  // it would explain itself on standard error
  auto types = read_drop_types();
  if (!types) return std::unexpected(types.error());
  struct stat own{};
  if (::stat("/proc/thread-self/ns/net", &own) != 0) return std::unexpected(refused("/proc/thread-self/ns/net"));

  const bool has_reason = types->arguments >= 3 && !types->reasons.empty();
  DropReasons reasons(std::move(types->reasons), std::move(types->of_subsystems));
  const std::uint32_t not_dropped = reasons.number("SKB_NOT_DROPPED_YET").value_or(0);
  const whydrop_drop_settings settings{.network_namespace = static_cast<std::uint32_t>(own.st_ino),
                                       .has_reason = has_reason ? 1U : 0U,
                                       .has_socket = types->arguments >= 4 ? 1U : 0U,
                                       .not_dropped = not_dropped,
                                       .consumed = reasons.number("SKB_CONSUMED").value_or(not_dropped)};
  const auto program = drop_program();
  Object object(bpf_object__open_mem(program.data(), program.size(), nullptr));
  if (!object || !set(*object, settings)) return std::unexpected(refused("reading our own BPF program"));
  if (bpf_object__load(object.get()) != 0) return std::unexpected(refused("loading a BPF program"));

  auto state = std::make_unique<State>(std::move(object), std::move(reasons), has_reason);
  if (auto begun = state->begin(); !begun) return std::unexpected(begun.error());
  return DropTracer(std::move(state));
}

void DropTracer::poll(const std::function<void(const KernelDrop&)>& take) { state_->poll(take); }
std::uint64_t DropTracer::lost() const { return state_->lost(); }
Time DropTracer::since() const { return state_->since(); }

}  // namespace whydrop
