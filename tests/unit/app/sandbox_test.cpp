// Attempts from inside the sandbox, each in a process of its own: what must fail, and beside it what a command needs.
#include "src/app/sandbox/sandbox.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <system_error>
#include <thread>

#include "src/app/sandbox/probe.h"
#include "src/host/read_host.h"
#include "tests/support/catch.h"

namespace whydrop {
namespace {

namespace fs = std::filesystem;

constexpr int kKilled = 1000;  // and the signal

/// What `attempt` returns inside the sandbox of `profile`.
int inside(const Profile& profile, const std::function<int()>& attempt) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto sandbox = confine(profile);
    ::_exit(sandbox ? attempt() : EXIT_FAILURE);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : kKilled + WTERMSIG(status);
}

int error_of(long result) { return result < 0 ? errno : 0; }

bool is_refusal(int error) { return error == EPERM || error == EACCES; }

std::function<int()> opening(std::string path, int flags = O_RDONLY) {
  return [path = std::move(path), flags] { return error_of(::open(path.c_str(), flags | O_CLOEXEC, 0600)); };
}

std::function<int()> making_socket(int domain, int type, int protocol = 0) {
  return [=] { return error_of(::socket(domain, type | SOCK_CLOEXEC, protocol)); };
}

int execute() {
  std::array<char*, 1> words = {nullptr};
  return error_of(::execv("/proc/self/exe", words.data()));
}

int map_code() {
  void* const code = ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return code == MAP_FAILED ? errno : 0;
}

int start_thread() {
  try {
    std::thread([] {}).join();
  } catch (const std::system_error& refused) {
    return refused.code().value();
  }
  return 0;
}

/// Then some of what is refused elsewhere is let through.
bool is_sanitized() { return Profile{}.needs_it(Need::sanitizers); }

bool has_landlock() { return probe(profile_of(Confined::read)).landlock != 0; }

/// open/in.pcap and closed/in.pcap.
class TwoFolders {
 public:
  TwoFolders() : path_(fs::temp_directory_path() / ("whydrop-sandbox-" + std::to_string(::getpid()))) {
    for (const char* const name : {"open", "closed"}) {
      fs::create_directories(path_ / name);
      std::ofstream(path_ / name / "in.pcap") << "packets";
    }
  }
  ~TwoFolders() { fs::remove_all(path_); }
  TwoFolders(const TwoFolders&) = delete;
  TwoFolders& operator=(const TwoFolders&) = delete;

  std::string operator()(const std::string& name) const { return path_ / name; }

 private:
  fs::path path_;
};

}  // namespace

TEST_CASE("no command can open another file, make a network socket, or run a program or code of its own", "[sandbox]") {
  const Confined command = GENERATE(from_range(kConfined));
  const Profile profile = profile_of(command);
  CAPTURE(std::string(profile.command));
  CHECK(is_refusal(inside(profile, opening("/etc/passwd"))));
  CHECK(is_refusal(inside(profile, opening("/tmp", O_TMPFILE | O_WRONLY))));
  CHECK(is_refusal(inside(profile, making_socket(AF_INET, SOCK_STREAM))));
  CHECK(is_refusal(inside(profile, making_socket(AF_INET6, SOCK_DGRAM))));
  CHECK(is_refusal(inside(profile, making_socket(AF_UNIX, SOCK_STREAM))));
  CHECK(is_refusal(inside(profile, execute)));
  CHECK(is_refusal(inside(profile, map_code)));
}

TEST_CASE("outside of it all of that is possible", "[sandbox]") {
  CHECK(error_of(::open("/etc/passwd", O_RDONLY | O_CLOEXEC)) == 0);
  CHECK(making_socket(AF_INET, SOCK_STREAM)() == 0);
  CHECK(map_code() == 0);
}

TEST_CASE("what only an attack can want ends the process", "[sandbox]") {
  const auto be_traced = [] { return error_of(::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr)); };
  CHECK(inside(profile_of(Confined::read), be_traced) == (is_sanitized() ? 0 : kKilled + SIGSYS));
}

TEST_CASE("an input that is open is read, and standard output written, but no other file", "[sandbox]") {
  const TwoFolders folders;
  const int input = ::open(folders("open/in.pcap").c_str(), O_RDWR | O_CLOEXEC);
  std::array<char, 7> room{};
  const auto read_it = [&] { return error_of(::read(input, room.data(), room.size())); };
  const auto write_to = [](int file) { return [=] { return error_of(::write(file, "", 0)); }; };
  Profile profile = profile_of(Confined::read);
  CHECK(inside(profile, read_it) == 0);
  CHECK(inside(profile, write_to(STDOUT_FILENO)) == 0);
  CHECK(is_refusal(inside(profile, write_to(input))) != is_sanitized());
  profile.outputs = {input};
  CHECK(inside(profile, write_to(input)) == 0);
  ::close(input);
}

TEST_CASE("of files that are opened later, those that are named can be read, their neighbours cannot", "[sandbox]") {
  if (!has_landlock()) return;
  const TwoFolders folders;
  Profile profile = profile_of(Confined::read);
  profile.reads = {folders(GENERATE(as<std::string>{}, "open", "open/in.pcap"))};
  CHECK(inside(profile, opening(folders("open/in.pcap"))) == 0);
  CHECK(is_refusal(inside(profile, opening(folders("open/in.pcap"), O_WRONLY))));
  CHECK(is_refusal(inside(profile, opening(folders("open/new"), O_WRONLY | O_CREAT))));
  CHECK(is_refusal(inside(profile, opening(folders("closed/in.pcap")))));
  CHECK(inside(profile, opening(folders("open/missing"))) == ENOENT);
}

TEST_CASE("files are made in the folder that is named for it, and not beside it", "[sandbox]") {
  if (!has_landlock()) return;
  const TwoFolders folders;
  Profile profile = profile_of(Confined::corpus);
  profile.writes = {folders("open")};
  profile.stays_owner = true;
  CHECK(inside(profile, opening(folders("open/new"), O_WRONLY | O_CREAT | O_TRUNC)) == 0);
  CHECK(inside(profile, opening(folders("open/in.pcap"), O_WRONLY | O_TRUNC)) == 0);
  CHECK(is_refusal(inside(profile, opening(folders("closed/new"), O_WRONLY | O_CREAT | O_TRUNC))));
  CHECK(is_refusal(inside(profile, opening(folders("closed/in.pcap"), O_WRONLY))));
}

TEST_CASE("corpus starts threads, read does not", "[sandbox]") {
  CHECK(inside(profile_of(Confined::corpus), start_thread) == 0);
  CHECK(inside(profile_of(Confined::read), start_thread) != 0);
}

TEST_CASE("live knows of its host from inside what it knows from outside, and read asks nothing", "[sandbox]") {
  const std::size_t gaps = read_host().gaps.size();
  const auto settings = read_host().settings;
  const auto knows_as_much = [&] {
    const HostSnapshot host = read_host();
    return host.gaps.size() == gaps && host.settings == settings && host.network_namespace != 0 ? 0 : 1;
  };
  CHECK(inside(profile_of(Confined::live), knows_as_much) == 0);
  CHECK(inside(profile_of(Confined::live), making_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)) == 0);
  CHECK(is_refusal(inside(profile_of(Confined::live), making_socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER))));
  CHECK(is_refusal(inside(profile_of(Confined::read), making_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE))));
}

TEST_CASE("a capture handle cannot send, whoever holds it", "[sandbox]") {
  const int handle = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL));
  if (handle < 0) return;  // only root may
  sockaddr_ll loopback{.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
  loopback.sll_ifindex = static_cast<int>(::if_nametoindex("lo"));
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the C library has one type for all addresses
  const auto* const address = reinterpret_cast<const sockaddr*>(&loopback);
  REQUIRE(::bind(handle, address, sizeof(loopback)) == 0);
  const std::array<char, 60> packet{};
  const auto sends = [&](socklen_t length) {
    return [&, length] {
      return error_of(::sendto(handle, packet.data(), packet.size(), 0, length == 0 ? nullptr : address, length));
    };
  };
  const auto writes = [&] { return error_of(::write(handle, packet.data(), packet.size())); };
  const auto becomes_output = [&] { return error_of(::fcntl(handle, F_DUPFD_CLOEXEC, STDOUT_FILENO)); };
  const Profile live = profile_of(Confined::live);
  CHECK(is_refusal(inside(live, sends(0))));
  CHECK(is_refusal(inside(live, sends(sizeof(loopback)))));
  CHECK(inside(live, sends(sizeof(sockaddr_nl))) == EINVAL);
  CHECK(is_refusal(inside(live, writes)) != is_sanitized());
  CHECK(is_refusal(inside(live, becomes_output)));
  ::close(handle);
}

TEST_CASE("root becomes nobody, or who called sudo, and has no capability left", "[sandbox]") {
  const auto row =
      GENERATE(std::pair{"", "65534"}, std::pair{"1234", "1234"}, std::pair{"0", "65534"}, std::pair{"12x", "65534"});
  const bool is_root = ::geteuid() == 0;
  ::setenv("SUDO_UID", row.first, 1);  // NOLINT(concurrency-mt-unsafe): there is one thread
  const ProbeResult result = probe(profile_of(GENERATE(from_range(kConfined))));
  ::unsetenv("SUDO_UID");  // NOLINT(concurrency-mt-unsafe)
  REQUIRE(result.is_closed);
  CHECK(status_value(result.status, "Uid") == (is_root ? std::string(row.second) : std::to_string(::geteuid())));
  for (const char* const set : {"CapInh", "CapPrm", "CapEff", "CapAmb"}) {
    CHECK(status_value(result.status, set) == "0000000000000000");
  }
  if (is_root) CHECK(status_value(result.status, "CapBnd") == "0000000000000000");
  CHECK(status_value(result.status, "NoNewPrivs") == "1");
  CHECK(status_value(result.status, "Seccomp") == "2");
}

TEST_CASE("root keeps the right to read others' files only where one that it opens later needs it", "[sandbox]") {
  if (::geteuid() != 0) return;
  const TwoFolders folders;
  fs::permissions(folders("closed/in.pcap"), fs::perms::owner_read);
  constexpr auto* kReadOthers = "0000000000000004";
  Profile profile = profile_of(Confined::read);
  profile.reads = {folders("open/in.pcap")};
  CHECK(status_value(probe(profile).status, "CapEff") == "0000000000000000");
  profile.reads = {folders("closed/in.pcap")};
  CHECK(status_value(probe(profile).status, "CapEff") == kReadOthers);
  CHECK(inside(profile, opening(folders("closed/in.pcap"))) == 0);
  if (has_landlock()) CHECK(is_refusal(inside(profile, opening("/etc/shadow"))));
}

}  // namespace whydrop
