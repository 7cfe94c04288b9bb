// What is asked of the metrics socket, and where it listens.
#include "src/app/live/http.h"

#include <string>

#include "src/app/live/metrics_server.h"
#include "tests/support/catch.h"

namespace whydrop {
namespace {

HttpRequest asked(const std::string& line) { return read_request(line + "\r\nHost: here\r\n\r\n"); }

std::string place(std::string_view text) {
  const auto where = ListenAddress::parse(text);
  return where ? endpoint_text(where->address, where->port) : "none";
}

}  // namespace

TEST_CASE("only GET /metrics is answered with metrics", "[http]") {
  CHECK(asked("GET /metrics HTTP/1.1") == HttpRequest::metrics);
  CHECK(asked("GET /metrics HTTP/1.0") == HttpRequest::metrics);
  CHECK(asked("GET /metrics?name=x HTTP/1.1") == HttpRequest::metrics);
  CHECK(read_request("GET /metrics HTTP/1.1\n\n") == HttpRequest::metrics);
  CHECK(asked("HEAD /metrics HTTP/1.1") == HttpRequest::other_method);
  CHECK(asked("POST /metrics HTTP/1.1") == HttpRequest::other_method);
  CHECK(asked("GET / HTTP/1.1") == HttpRequest::other_path);
  CHECK(asked("GET /metrics/ HTTP/1.1") == HttpRequest::other_path);
  CHECK(asked("POST /other HTTP/1.1") == HttpRequest::other_path);
  CHECK(asked("GET /metrics HTTP/2.0") == HttpRequest::nonsense);
  CHECK(asked("GET /metrics") == HttpRequest::nonsense);
  CHECK(asked("GET metrics HTTP/1.1") == HttpRequest::nonsense);
  CHECK(asked("G\x01T /metrics HTTP/1.1") == HttpRequest::nonsense);
  CHECK(asked("") == HttpRequest::nonsense);
  CHECK(asked(std::string("\0\0 /metrics HTTP/1.1", 20)) == HttpRequest::nonsense);
}

TEST_CASE("half a request is waited for, but not for ever longer", "[http]") {
  const std::string whole = "GET /metrics HTTP/1.1\r\nHost: here\r\n\r\n";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CHECK(read_request(whole.substr(0, length)) == HttpRequest::unfinished);
  }
  CHECK(read_request(whole) == HttpRequest::metrics);
  CHECK(read_request(whole + "more") == HttpRequest::metrics);
  const std::string endless = "GET /metrics HTTP/1.1\r\nX: " + std::string(kLongestRequest, 'x');
  CHECK(read_request(endless.substr(0, kLongestRequest - 1)) == HttpRequest::unfinished);
  CHECK(read_request(endless.substr(0, kLongestRequest)) == HttpRequest::nonsense);
}

TEST_CASE("a response has its length, its type, and ends the connection", "[http]") {
  CHECK(http_response(HttpRequest::metrics, "a 1\n") ==
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: 4\r\n"
        "Connection: close\r\n\r\na 1\n");
  CHECK(http_response(HttpRequest::other_method, "").contains("405 Method Not Allowed\r\nAllow: GET\r\n"));
  CHECK(http_response(HttpRequest::other_path, "").starts_with("HTTP/1.1 404 "));
  CHECK(http_response(HttpRequest::nonsense, "").starts_with("HTTP/1.1 400 "));
}

TEST_CASE("an address is a port, or one of this host and a port", "[http]") {
  CHECK(place("9100") == "127.0.0.1:9100");
  CHECK(place(":9100") == "127.0.0.1:9100");
  CHECK(place("0.0.0.0:9100") == "0.0.0.0:9100");
  CHECK(place("[::1]:9100") == "[::1]:9100");
  CHECK(place("[::]:65535") == "[::]:65535");
  for (const std::string_view wrong :
       {"", ":", "0", "65536", "-1", " 9100", "9100x", "::1:9100", "[::1]", "[127.0.0.1]:9100", "[]:9100", "host:9100",
        "10.0.0.1", "10.0.0.1:", "10.0.0:9100"}) {
    INFO(wrong);
    CHECK(place(wrong) == "none");
  }
}

}  // namespace whydrop
