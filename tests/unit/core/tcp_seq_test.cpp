// TCP sequence arithmetic around the wrap (RFC 9293, 3.4).
#include "src/core/tcp_seq.h"

#include "tests/support/catch.h"

using whydrop::TcpSeq;

TEST_CASE("a sequence number after the wrap is later than one before it", "[core]") {
  struct Row {
    std::uint32_t earlier;
    std::uint32_t later;
    std::int32_t apart;
  };
  const auto row =
      GENERATE(Row{0, 1, 1}, Row{0xffffffff, 0, 1}, Row{0xfffffff0, 0x10, 0x20}, Row{0x7fffffff, 0x80000000, 1},
               Row{1, 0x80000000, 0x7fffffff}, Row{0x80000001, 0, 0x7fffffff});
  const TcpSeq earlier{row.earlier};
  const TcpSeq later{row.later};
  CAPTURE(row.earlier, row.later);
  CHECK(later - earlier == row.apart);
  CHECK(earlier - later == -row.apart);
  CHECK(earlier < later);
  CHECK(earlier <= later);
  CHECK(later > earlier);
  CHECK(later >= earlier);
  CHECK_FALSE(later < earlier);
  CHECK_FALSE(later <= earlier);
}

TEST_CASE("a sequence number is neither before nor after itself", "[core]") {
  const TcpSeq seq{GENERATE(0U, 0x7fffffffU, 0x80000000U, 0xffffffffU)};
  CHECK(seq == seq + 0);
  CHECK(seq <= seq + 0);
  CHECK(seq >= seq + 0);
  CHECK_FALSE(seq < seq + 0);
  CHECK_FALSE(seq > seq + 0);
}

TEST_CASE("adding bytes to a sequence number wraps, and subtracting them returns", "[core]") {
  const TcpSeq last{0xffffffff};
  CHECK((last + 1).value() == 0);
  CHECK((last + 1) - 1U == last);
  CHECK((TcpSeq{} - 1U).value() == 0xffffffff);
}
