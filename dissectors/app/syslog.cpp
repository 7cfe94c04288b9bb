// Syslog over UDP (RFC 5426, 5424, 3164): told, never answered.
#include "dissectors/app/message.h"
#include "dissectors/app/text.h"
#include "dissectors/registry.h"

namespace whydrop {

Step dissect_syslog(ByteReader& in, PacketView& view) {
  constexpr std::size_t kMaxDigits = 3;
  const auto start = in.take<2>();
  if (!start) return not_this_protocol(in);
  if (start.u8<0>() != '<' || !is_digit(start.u8<1>())) return Step::done();
  const Text ahead = in.rest(kMaxDigits);
  const Text digits = before(ahead, '>');
  if (digits.size() == ahead.size() && in.captured() < in.claimed() && ahead.size() < kMaxDigits)
    return StopReason::cut;
  if (digits.size() == ahead.size() || !std::ranges::all_of(digits, is_digit)) return Step::done();
  begin_message(view, ApplicationFacts::Role::other);
  return Step::done();
}

}  // namespace whydrop
