// `whydrop snapshot`: what this host knows of its network, for `whydrop read --host`.
#include "src/app/commands.h"
#include "src/app/console.h"
#include "src/app/options.h"
#include "src/host/read_host.h"
#include "src/report/host_json.h"

namespace whydrop {

ExitStatus run_snapshot(const Arguments& arguments) {
  CLI::App app("Prints this host's addresses, routes, listeners, counters and limits as JSON, for read --host.",
               "snapshot");
  if (const auto over = parse(app, arguments)) return *over;
  return print(host_json(read_host()));
}

}  // namespace whydrop
