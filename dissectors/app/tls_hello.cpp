// ClientHello: past its vectors to the extensions.
#include "dissectors/app/tls_hello.h"

namespace whydrop {
namespace {

constexpr std::uint16_t kServerName = 0;
constexpr std::uint16_t kApplicationProtocols = 16;

bool skip_vector8(ByteReader& in) {
  const auto length = in.take<1>();
  return length && in.skip(length.u8<0>());
}
bool skip_vector16(ByteReader& in) {
  const auto length = in.take<2>();
  return length && in.skip(length.be16<0>());
}

/// A list, of which the first entry is the only one in use: a type (0: host name), and the name.
void read_server_name(ByteReader list, ApplicationFacts& app) {
  const auto head = list.take<5>();
  if (!head || head.u8<2>() != 0) return;
  const auto name = list.take_bytes(head.be16<3>());
  if (name) app.append_name(*name);
}

void read_first_protocol(ByteReader list, ApplicationFacts& app) {
  const auto head = list.take<3>();
  if (!head) return;
  const auto protocol = list.take_bytes(head.u8<2>());
  if (protocol) app.set_word(*protocol);
}

StopReason read_extensions(ByteReader& in, ApplicationFacts& app) {
  while (in.claimed() != 0) {
    const auto head = in.take<4>();
    if (!head) return in.shortage();
    const ByteReader body(in.rest(head.be16<2>()), head.be16<2>());
    if (head.be16<0>() == kServerName && app.name_len == 0) read_server_name(body, app);
    if (head.be16<0>() == kApplicationProtocols && app.word_len == 0) read_first_protocol(body, app);
    if (!in.skip(head.be16<2>())) return in.shortage();
  }
  return StopReason::none;
}

}  // namespace

StopReason read_client_hello(ByteReader& in, ApplicationFacts& app) {
  constexpr std::size_t kVersionAndRandom = 2 + 32;
  if (!in.skip(kVersionAndRandom) || !skip_vector8(in) || !skip_vector16(in) || !skip_vector8(in)) return in.shortage();
  if (in.claimed() == 0) return StopReason::none;  // before TLS 1.2 extensions were optional
  const auto extensions = in.take<2>();
  if (!extensions) return in.shortage();
  if (extensions.be16<0>() <= in.claimed()) in.limit(extensions.be16<0>());  // else the rest is in another segment
  return read_extensions(in, app);
}

}  // namespace whydrop
