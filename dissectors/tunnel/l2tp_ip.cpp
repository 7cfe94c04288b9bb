// L2TPv3 right behind IP (RFC 3931, 4.1.1). Session 0 is for control messages.
#include "dissectors/registry.h"
#include "dissectors/tunnel/l2tp_session.h"

namespace whydrop {

Step dissect_l2tp_ip(ByteReader& in, PacketView& view) {
  view.facts().transport = Transport::other;
  const auto session = in.take<4>();
  if (!session) return in.shortage();
  if (session.be32<0>() == 0) return Step::done();
  return l2tp_session(in, view, session.be32<0>());
}

}  // namespace whydrop
