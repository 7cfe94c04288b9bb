// As much of HTTP/1.1 (RFC 9112) as a scrape needs: one request, one response, and the connection is over.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace whydrop {

/// What a client wants, as far as it has said.
enum class HttpRequest : std::uint8_t { unfinished, metrics, other_path, other_method, nonsense };

inline constexpr std::size_t kLongestRequest = 8192;

/// `received` from the connection's beginning on.
HttpRequest read_request(std::string_view received);

/// A response to any request that is finished; `metrics` is the body where that was asked for.
std::string http_response(HttpRequest request, std::string_view metrics);

}  // namespace whydrop
