// The request line matters; header fields only have to end.
#include "src/app/live/http.h"

#include <fmt/format.h>

#include <algorithm>

#include "src/report/metrics.h"

namespace whydrop {
namespace {

std::string_view take_word(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

bool is_method(std::string_view word) {
  const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-'; };
  return !word.empty() && word.size() < 32 && std::ranges::all_of(word, is_letter);
}

std::string response(std::string_view status, std::string_view fields, std::string_view type, std::string_view body) {
  return fmt::format("HTTP/1.1 {}\r\n{}Content-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", status,
                     fields, type, body.size(), body);
}

std::string refusal(std::string_view status, std::string_view why, std::string_view fields = "") {
  return response(status, fields, "text/plain; charset=utf-8", fmt::format("{}\n", why));
}

}  // namespace

HttpRequest read_request(std::string_view received) {
  // A lone newline ends a line, too (RFC 9112, 2.2).
  const std::size_t line_end = received.find('\n');
  const bool ended = received.contains("\r\n\r\n") || received.contains("\n\n");
  if (line_end == std::string_view::npos || !ended) {
    return received.size() >= kLongestRequest ? HttpRequest::nonsense : HttpRequest::unfinished;
  }
  std::string_view line = received.substr(0, line_end);
  if (line.ends_with('\r')) line.remove_suffix(1);
  const std::string_view method = take_word(line);
  const std::string_view target = take_word(line);
  if (!is_method(method) || !target.starts_with('/') || !line.starts_with("HTTP/1.")) return HttpRequest::nonsense;
  if (target.substr(0, target.find('?')) != "/metrics") return HttpRequest::other_path;
  return method == "GET" ? HttpRequest::metrics : HttpRequest::other_method;
}

std::string http_response(HttpRequest request, std::string_view metrics) {
  switch (request) {
    case HttpRequest::metrics: return response("200 OK", "", kMetricsContentType, metrics);
    case HttpRequest::other_path: return refusal("404 Not Found", "only /metrics is here");
    case HttpRequest::other_method: return refusal("405 Method Not Allowed", "only GET is possible", "Allow: GET\r\n");
    case HttpRequest::unfinished:
    case HttpRequest::nonsense: break;
  }
  return refusal("400 Bad Request", "that is no HTTP/1.1 request, or a very long one");
}

}  // namespace whydrop
