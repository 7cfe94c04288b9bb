// `whydrop explain`: what a verdict, a cause or a client's error message means.
#include "src/report/explain.h"

#include <fmt/format.h>

#include "src/app/catalog.h"
#include "src/app/commands.h"
#include "src/app/console.h"
#include "src/app/options.h"

namespace whydrop {

ExitStatus run_explain(const Arguments& arguments) {
  CLI::App app(
      "Explains a verdict, a cause, a system, or a message that a client printed; without argument, lists them all.",
      "explain");
  std::vector<std::string> words;
  std::optional<std::string> catalog_directory;
  std::string color = "auto";
  app.add_option("[ID|MESSAGE]", words, "an id, or (part of) a client's error message");
  add_catalog_option(app, catalog_directory);
  add_colour_option(app, color);
  if (const auto over = parse(app, arguments)) return *over;
  const auto catalog = catalog_with(catalog_directory);
  if (!catalog) return ExitStatus::trouble;
  const Paint paint(colour_wanted(color));
  if (words.empty()) return print(explain_everything(*catalog, paint));

  // A message without quotes arrives as several words.
  const std::string word = fmt::format("{}", fmt::join(words, " "));
  if (const auto text = explain(*catalog, word, paint)) return print(*text);
  const std::string near = nearest_id(*catalog, word);
  complain({word, "neither an id nor a known message", "",
            near.empty() ? "whydrop explain lists what is known" : fmt::format("did you mean '{}'?", near)});
  return ExitStatus::trouble;
}

}  // namespace whydrop
