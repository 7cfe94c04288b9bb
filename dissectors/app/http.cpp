// HTTP/1 (RFC 9112): method and Host of a request, status of a response; and the preface of HTTP/2 (RFC 9113, 3.4).
#include <array>

#include "dissectors/app/message.h"
#include "dissectors/app/text.h"
#include "dissectors/registry.h"

namespace whydrop {
namespace {

using Role = ApplicationFacts::Role;

// Those whose first two letters registry.def claims.
constexpr std::array<std::string_view, 14> kMethods = {"GET",   "POST",    "PUT",      "HEAD",     "DELETE",
                                                       "PATCH", "OPTIONS", "CONNECT",  "TRACE",    "COPY",
                                                       "PRI",   "PURGE",   "PROPFIND", "PROPPATCH"};

bool is_method(Text word) {
  return std::ranges::any_of(kMethods, [&](std::string_view method) { return equals(word, method); });
}

/// "/path", "*", "http://…", and "host:port" of CONNECT.
bool is_target(Text target) {
  return !target.empty() &&
         (target[0] == '/' || target[0] == '*' || is_letter(target[0]) || is_digit(target[0]) || target[0] == '[');
}

void read_host(ByteReader& in, ApplicationFacts& app) {
  constexpr int kMaxLines = 64;
  constexpr std::string_view kHost = "host:";
  for (int count = 0; count < kMaxLines; ++count) {
    const Line line = take_line(in);
    if (!line.whole || line.text.empty()) return;
    if (!begins(line.text, kHost)) continue;
    app.append_name(trimmed(line.text.subspan(kHost.size())));
    return;
  }
}

Step read_request(const Line& start, ByteReader& in, PacketView& view) {
  Text rest = start.text;
  const Text method = take_word(rest);
  const Text target = take_word(rest);
  if (!is_method(method) || !is_target(target)) return Step::done();
  // A target that fills the segment leaves its version for the next.
  if (start.whole && !begins(rest, "HTTP/")) return Step::done();
  ApplicationFacts& app = begin_question(view);
  app.set_word(method);
  if (start.whole) read_host(in, app);
  return Step::done();
}

}  // namespace

Step dissect_http(ByteReader& in, PacketView& view) {
  const Line start = take_line(in);
  if (!begins(start.text, "HTTP/")) return read_request(start, in, view);
  Text rest = start.text;
  take_word(rest);
  const std::uint16_t status = status_code(take_word(rest));
  if (status != 0) begin_message(view, Role::reply).status = status;
  return Step::done();
}

}  // namespace whydrop
