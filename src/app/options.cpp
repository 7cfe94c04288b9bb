// Options that several commands share. CLI11 parses; what is said about a mistake is said here.
#include "src/app/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <memory>
#include <thread>

#include "src/app/console.h"
#include "src/core/text.h"
#include "src/report/outline.h"

namespace whydrop {
namespace {

std::string did_you_mean(std::string_view word, std::span<const std::string_view> known) {
  const std::string near = nearest(word, known);
  return near.empty() ? fmt::format("known are {}", fmt::join(known, ", ")) : fmt::format("did you mean '{}'?", near);
}

/// A check for CLI11: empty when `word` is one of `known`.
CLI::Validator one_of(std::string_view kind, std::vector<std::string_view> known) {
  const auto check = [kind, known = std::move(known)](const std::string& word) {
    if (std::ranges::find(known, word) != known.end()) return std::string();
    return fmt::format("unknown {} '{}'; {}", kind, word, did_you_mean(word, known));
  };
  return {check, ""};
}

std::vector<std::string_view> system_names() {
  std::vector<std::string_view> names;
  for (const SystemInfo& system : all_systems()) names.push_back(system.name);
  return names;
}

std::vector<std::string_view> fail_on_words() {
  std::vector<std::string_view> words = {"any", "degraded"};
  for (const VerdictInfo& verdict : all_verdicts()) words.push_back(verdict.name);
  return words;
}

/// For CLI11: empty when `text` is a number above 0.
std::string check_positive(const std::string& text) {
  double value = 0;
  const bool number = CLI::detail::lexical_cast(text, value);
  return number && value > 0 && std::isfinite(value) ? "" : fmt::format("'{}' is not a number above 0", text);
}

/// For CLI11: empty when `text` is a packet's number (PacketRef).
std::string check_packet_number(const std::string& text) {
  constexpr std::uint64_t kEnd = std::uint64_t{1} << 47U;
  std::uint64_t number = 0;
  const bool is_number = CLI::detail::lexical_cast(text, number);
  return is_number && number != 0 && number < kEnd ? "" : fmt::format("'{}' is not the number of a packet", text);
}

/// For CLI11: turns "512M" into bytes, or says why not.
std::string bytes_of_size(std::string& text) {
  constexpr std::string_view kUnits = "KMG";
  std::string digits = text;
  std::size_t unit = std::string_view::npos;
  if (!digits.empty()) unit = kUnits.find(static_cast<char>(std::toupper(static_cast<unsigned char>(digits.back()))));
  if (unit != std::string_view::npos) digits.pop_back();
  const unsigned shift = unit == std::string_view::npos ? 0 : 10 * (static_cast<unsigned>(unit) + 1);
  std::uint64_t value = 0;
  const char* const digits_end = std::to_address(digits.cend());
  const auto [end, failed] = std::from_chars(digits.data(), digits_end, value);
  const bool fits = value != 0 && value <= std::numeric_limits<std::uint64_t>::max() >> shift;
  if (failed != std::errc() || end != digits_end || !fits) {
    return fmt::format("'{}' is not a size such as 512M", text);
  }
  text = std::to_string(value << shift);
  return "";
}

/// For CLI11: turns "5m" into seconds, or says why not.
std::string seconds_of_time(std::string& text) {
  constexpr std::string_view kUnits = "smh";
  constexpr std::array kSeconds = {1.0, 60.0, 3600.0};
  std::string digits = text;
  std::size_t unit = 0;
  if (!digits.empty() && kUnits.contains(digits.back())) {
    unit = kUnits.find(digits.back());
    digits.pop_back();
  }
  double value = 0;
  const bool number = CLI::detail::lexical_cast(digits, value);
  if (!number || !(value > 0) || !std::isfinite(value)) return fmt::format("'{}' is not a time such as 10s", text);
  text = fmt::format("{}", value * kSeconds[unit]);
  return "";
}

/// "-r FILE", "--json"; of a positional its name alone.
std::string option_usage(const CLI::Option& option) {
  if (option.get_positional()) return option.get_name(true);
  const std::string takes = option.get_type_size() == 0 ? "" : ' ' + option.get_type_name();
  return option.get_name(false, true) + takes;
}

std::string help_text(const CLI::App& app) {
  constexpr std::size_t kColumn = 20;
  Outline out;
  std::string usage = fmt::format("usage: whydrop {} [OPTION...]", app.get_name());
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) usage += ' ' + option->get_name(true);
  }
  out.line(0, usage);
  out.blank();
  out.wrapped(0, "", app.get_description());
  out.blank();
  for (const CLI::Option* option : app.get_options()) {
    const std::string left = "  " + option_usage(*option);
    if (left.size() + 2 > kColumn) out.line(0, left);
    out.append(hanging(left.size() + 2 > kColumn ? std::string(kColumn, ' ') : pad_right(left, kColumn),
                       option->get_description()));
  }
  return text_of(std::move(out).take());
}

/// The first option that the command does not have.
std::string unknown_option(const CLI::App& app) {
  for (const std::string& extra : app.remaining()) {
    if (extra.starts_with('-')) return extra;
  }
  return app.remaining().empty() ? "" : app.remaining().front();
}

Error usage_error(const CLI::App& app, const CLI::ParseError& failure) {
  const std::string help = fmt::format("whydrop {} --help lists the options", app.get_name());
  const std::string extra = unknown_option(app);
  if (extra.empty()) return {app.get_name(), failure.what(), "", help};
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  const std::string near = nearest(extra, known);
  return {app.get_name(), fmt::format("unknown option '{}'", extra), "",
          near.empty() ? help : fmt::format("did you mean '{}'?", near)};
}

/// More threads than there are would only wait for each other.
unsigned processors() { return std::max(std::thread::hardware_concurrency(), 1U); }

}  // namespace

void add_reading_options(CLI::App& app, ReadOptions& options) {
  app.add_option("FILE...", options.files, "capture files; - is standard input");
  // Runs after the positional files have been stored: options keep the order of their definition.
  const auto add_files = [&options](const Arguments& files) {
    options.files.insert(options.files.end(), files.begin(), files.end());
  };
  app.add_option_function<Arguments>("-r", add_files, "a capture file, as in tcpdump")
      ->allow_extra_args(false)
      ->type_name("FILE");
  app.add_option("--filter", options.filter, "only packets that this lets through, in tcpdump's syntax")
      ->type_name("FILTER");
  app.add_flag("--follow", options.follow, "wait for more of a file that is still being written, until Ctrl-C");
  app.add_option("--first-packet", options.first_packet, "number of the first packet: parts of the capture precede it")
      ->check(CLI::Validator(check_packet_number, ""))
      ->type_name("N");
  add_patience_option(app, options.patience);
  add_memory_option(app, options.memory);
  options.threads = usual_threads();
  app.add_option_function<unsigned>(
         "--threads", [&options](unsigned wanted) { options.threads = std::min(wanted, processors()); },
         "that share the work on a large file (one a processor, up to 4)")
      ->check(CLI::Range(1U, 1024U).description(""))
      ->type_name("N");
}

unsigned usual_threads() {
  constexpr unsigned kMost = 4;
  return std::min(processors(), kMost);
}

void add_memory_option(CLI::App& app, std::uint64_t& memory) {
  app.add_option("--memory", memory, "bound for flow records, as 512M (1G, or RAM/4)")
      ->transform(size_in_bytes())
      ->type_name("SIZE");
}

CLI::Validator size_in_bytes() { return {bytes_of_size, ""}; }

CLI::Validator time_in_seconds() { return {seconds_of_time, ""}; }

void add_patience_option(CLI::App& app, double& patience) {
  app.add_option("--patience", patience, "scale of every waiting time (1)")
      ->check(CLI::Validator(check_positive, ""))
      ->type_name("X");
}

void add_catalog_option(CLI::App& app, std::optional<std::string>& directory) {
  app.add_option("--catalog", directory, "folder whose causes are added to the catalog")->type_name("DIR");
}

void add_cause_options(CLI::App& app, CauseOptions& options) {
  add_catalog_option(app, options.catalog);
  app.add_option("--platform", options.platform, "whose commands come first: aws, nftables, ...")
      ->check(one_of("platform", system_names()))
      ->type_name("SYSTEM");
}

void add_colour_option(CLI::App& app, std::string& choice) {
  app.add_option("--color", choice, "auto, always or never (auto)")
      ->check(one_of("colour choice", {"auto", "always", "never"}))
      ->type_name("WHEN");
}

bool FailOn::matches(const Finding& finding) const {
  return std::ranges::any_of(words, [&](const std::string& word) {
    if (word == "any") return finding.severity == Severity::failure;
    if (word == "degraded") return finding.severity == Severity::failure || finding.severity == Severity::degraded;
    const auto is_word = [&](VerdictId id) { return name(id) == word; };
    return is_word(finding.verdict) || std::ranges::any_of(finding.secondary, is_word);
  });
}

void add_fail_on_option(CLI::App& app, FailOn& fail_on) {
  app.add_option("--fail-on", fail_on.words, "exit 1 on these verdicts, on any failure, or when degraded")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(one_of("verdict", fail_on_words()))
      ->type_name("VERDICT,...|degraded|any");
}

std::optional<ExitStatus> parse(CLI::App& app, const Arguments& arguments) {
  app.set_help_flag("-h,--help", "print this text");
  try {
    app.parse(Arguments(arguments.rbegin(), arguments.rend()));  // CLI11 takes them from the back
  } catch (const CLI::CallForHelp&) {
    return print(help_text(app));
  } catch (const CLI::ParseError& failure) {
    complain(usage_error(app, failure));
    return ExitStatus::trouble;
  }
  return std::nullopt;
}

}  // namespace whydrop
