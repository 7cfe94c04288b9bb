// Opening what people name on a command line: files, pipes, standard input, and everything that is none of these.
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/support/catch.h"
#include "tests/unit/capture/read_back.h"
#include "tests/unit/capture/temporary_file.h"

namespace whydrop {
namespace {

/// A pipe with somebody at its other end who writes `bytes` in small pieces.
class Pipe {
 public:
  explicit Pipe(const Bytes& bytes) {
    std::array<int, 2> ends = {-1, -1};
    REQUIRE(::pipe(ends.data()) == 0);
    reader_ = Descriptor(ends[0]);
    writer_ = std::jthread([bytes, writer = Descriptor(ends[1])] {
      constexpr std::size_t kPiece = 37;
      for (std::size_t at = 0; at < bytes.size(); at += kPiece) {
        const std::size_t count = std::min(kPiece, bytes.size() - at);
        if (::write(writer.fd(), &bytes[at], count) < 0) return;
      }
    });
  }
  int fd() const { return reader_.fd(); }
  std::string path() const { return "/dev/fd/" + std::to_string(fd()); }

 private:
  Descriptor reader_;
  std::jthread writer_;
};

Error error_of(const std::string& path) {
  const auto opened = open_capture(path, 0);
  REQUIRE_FALSE(opened);
  CHECK_FALSE(opened.error().what.empty());
  CHECK_FALSE(opened.error().way_out.empty());
  return opened.error();
}

TEST_CASE("a file is read by its content, whatever its name", "[capture]") {
  const auto packets = some_packets(5000);
  const TemporaryFile file(pcap_file({}, packets), "capture.pcapng.gz");
  const ReadBack result = read_all(open_capture(file.path(), kTestFile));
  CHECK(result.contents == contents_of(packets));
  CHECK(result.file.format == "pcap");
  CHECK(result.file.path == file.path());
  CHECK(result.file.size == std::filesystem::file_size(file.path()));
}

TEST_CASE("a pipe gives what a file gives", "[capture]") {
  const auto packets = some_packets(200);
  const Pipe pipe(pcap_file({}, packets));
  const ReadBack result = read_all(open_capture(pipe.path(), kTestFile));
  CHECK_FALSE(result.error);
  CHECK(result.contents == contents_of(packets));
  CHECK(result.file.size == 0);
}

TEST_CASE("a pipe that closes inside a record ends there", "[capture]") {
  Bytes file = PcapngFile().interface().enhanced(0, 1, Bytes(60)).enhanced(0, 2, Bytes(60)).bytes();
  file.resize(file.size() - 10);
  const Pipe pipe(file);
  const ReadBack result = read_all(open_capture(pipe.path(), kTestFile));
  CHECK_FALSE(result.error);
  CHECK(result.frames.size() == 1);
  CHECK(result.file.cut_at == file.size() + 10 - 92);
}

TEST_CASE("a dash is standard input, pipe or file", "[capture]") {
  const auto packets = some_packets(20);
  const Bytes bytes = pcap_file({}, packets);
  const TemporaryFile file(bytes);
  const Pipe pipe(bytes);
  const Descriptor opened(::open(file.path().c_str(), O_RDONLY | O_CLOEXEC));
  const Descriptor kept(::dup(STDIN_FILENO));
  for (const int fd : {pipe.fd(), opened.fd()}) {
    ::dup2(fd, STDIN_FILENO);
    const ReadBack result = read_all(open_capture("-", kTestFile));
    CHECK(result.contents == contents_of(packets));
    CHECK(result.file.path == "-");
  }
  const Error empty = error_of("-");  // read to its end just now
  CHECK(empty.path == "standard input");
  ::dup2(kept.fd(), STDIN_FILENO);
}

TEST_CASE("a signal that is not to be restarted ends the wait for a pipe, and what was read counts", "[capture]") {
  std::array<int, 2> ends = {-1, -1};
  REQUIRE(::pipe(ends.data()) == 0);
  const Descriptor reader(ends[0]);
  const Descriptor writer(ends[1]);  // stays open: nobody will ever say that this is the end
  const Bytes bytes = pcap_file({}, some_packets(3));
  REQUIRE(::write(writer.fd(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  struct sigaction quiet{};
  quiet.sa_handler = [](int) {};
  struct sigaction before{};
  ::sigaction(SIGALRM, &quiet, &before);
  const itimerval often{{0, 20'000}, {0, 20'000}};  // often, so that one falls into the wait
  ::setitimer(ITIMER_REAL, &often, nullptr);
  const ReadBack result = read_all(open_capture("/dev/fd/" + std::to_string(reader.fd()), kTestFile));
  const itimerval never{};
  ::setitimer(ITIMER_REAL, &never, nullptr);
  ::sigaction(SIGALRM, &before, nullptr);
  CHECK_FALSE(result.error);
  CHECK(result.frames.size() == 3);
  CHECK_FALSE(result.file.cut_at);
}

TEST_CASE("a file that shrinks while it is read ends early", "[capture]") {
  const auto packets = some_packets(8'000);
  const TemporaryFile file(pcap_file({}, packets));
  const auto opened = open_capture(file.path(), kTestFile);
  REQUIRE(opened);
  std::vector<Frame> frames(10);
  REQUIRE((*opened)->read(frames) == std::size_t{10});
  std::filesystem::resize_file(file.path(), 1000);
  std::size_t more = 0;
  while ((*opened)->read(frames).value_or(0) > 0) ++more;
  CHECK(more > 0);
  CHECK(more < 2000);
  CHECK((*opened)->file().cut_at.has_value());
}

TEST_CASE("what cannot be opened is told with its reason and a way out", "[capture]") {
  const TemporaryFile file;
  CHECK(error_of(file.folder() / "missing").what == "no such file");
  CHECK(error_of(file.folder()).what == "is a directory");
  CHECK(error_of(file.path()).what.find("empty") != std::string::npos);
  CHECK(error_of("/dev/null").what.find("empty") != std::string::npos);
  CHECK(error_of(file.path() + "/below").what.find("Not a directory") != std::string::npos);
}

TEST_CASE("a file that may not be read says so", "[capture]") {
  const TemporaryFile file(pcap_file({}));
  ::chmod(file.path().c_str(), 0);
  constexpr ::uid_t kNobody = 65534;
  const bool was_root = ::geteuid() == 0;
  if (was_root) REQUIRE(::seteuid(kNobody) == 0);
  const auto opened = open_capture(file.path(), 0);
  if (was_root) REQUIRE(::seteuid(0) == 0);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().what.find("may not be read") != std::string::npos);
  CHECK(opened.error().way_out.find("sudo") != std::string::npos);
}

TEST_CASE("a terminal is no capture", "[capture]") {
  const Descriptor terminal(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  REQUIRE(::grantpt(terminal.fd()) == 0);
  REQUIRE(::unlockpt(terminal.fd()) == 0);
  const std::string path = ::ptsname(terminal.fd());  // NOLINT(concurrency-mt-unsafe): nobody else asks
  CHECK(error_of(path).what == "is a terminal");
}

TEST_CASE("a file shorter than a header says so", "[capture]") {
  const auto [length, what] = GENERATE(table<std::size_t, std::string>({
      {1, "shorter than any"},
      {3, "shorter than any"},
      {4, "inside its pcap header"},
      {23, "inside its pcap header"},
  }));
  Bytes bytes = pcap_file({});
  bytes.resize(length);
  const TemporaryFile file(bytes);
  CHECK(error_of(file.path()).what.find(what) != std::string::npos);
}

TEST_CASE("a header without packets is an empty capture, not an error", "[capture]") {
  const Bytes bytes = GENERATE(pcap_file({}), Bytes(PcapngFile().bytes()), Bytes(PcapngFile().interface().bytes()));
  const ReadBack result = read_all(bytes);
  CHECK_FALSE(result.error);
  CHECK(result.frames.empty());
  CHECK_FALSE(result.file.cut_at);
}

TEST_CASE("a window grows with the bytes that arrive, never with what is asked for", "[capture]") {
  const Bytes bytes(1'000'000, 7);
  Input input("x", bytes, 100'000);
  CHECK(input.hold(900'000) == true);
  CHECK(input.bytes().size() >= 900'000);
  constexpr std::size_t kMoreThanThereIs = std::size_t{1} << 50U;
  CHECK(input.hold(kMoreThanThereIs) == false);
  CHECK(std::equal(input.bytes().begin(), input.bytes().end(), bytes.begin(), bytes.end()));
}

TEST_CASE("a window keeps what was not consumed and knows where it stands", "[capture]") {
  Bytes bytes(700'000);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i % 251);
  Input input("x", bytes, 65'537);
  std::size_t at = 0;
  while (input.hold(1000).value_or(false)) {
    REQUIRE(input.offset() == at);
    REQUIRE(std::equal(input.bytes().begin(), input.bytes().end(), bytes.begin() + static_cast<std::ptrdiff_t>(at)));
    input.consume(997);
    at += 997;
  }
  CHECK(input.bytes().size() == bytes.size() - at);
}

}  // namespace
}  // namespace whydrop
