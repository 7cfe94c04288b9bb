// What the three texts of one report are made of.
#pragma once

#include <string>
#include <vector>

#include "src/cause/diagnosis.h"
#include "src/report/outline.h"
#include "src/report/paint.h"
#include "src/report/phrases.h"
#include "src/report/text.h"

namespace whydrop {

struct TextStyle {
  Paint paint{false};
  Clock clock;
  bool scores = false;
  std::size_t width = kScreenWidth;
  bool next_first = false;  ///< the next test before the causes, which may be many
};

/// What was read and how its flows ended: one line when nothing failed, else two.
Lines headline(const Report& report, const TextStyle& style);

/// "packet 12, 05:25:40.500: ", or "after packet 12, until 05:25:47.923: " for an absence, and what it shows.
Lines evidence_lines(const Evidence& evidence, const CaptureSummary& capture, const TextStyle& style,
                     std::size_t indent);

/// "05:25:40.500 to 05:25:47.923: this host dropped 3 packets of the client: ...".
Lines evidence_lines(const LocalDrop& drop, const TextStyle& style, std::size_t indent);

/// "seen at the server", or nothing when the capture point is unknown.
std::string vantage_text(Vantage vantage);

/// A verdict in the colour of its severity.
std::string painted_verdict(const Finding& finding, std::string text, const Paint& paint);

/// "code: host-prohibited, tries: 4".
std::string attributes_text(const Finding& finding);

/// A finding on one line, for grep and for a glance.
std::string quiet_line(const Diagnosis& diagnosis, const std::string& id, const TextStyle& style);

/// Instead of causes, where there are none.
std::string no_cause_text(const Diagnosis& diagnosis);

/// A finding with all of its evidence, causes and commands, under the name `id`.
Lines finding_text(const Diagnosis& diagnosis, const std::string& id, const CaptureSummary& capture,
                   const TextStyle& style);
/// Of that what matters most, in at most `most` lines, beginning with a blank one.
Lines finding_brief(const Diagnosis& diagnosis, const std::string& id, const CaptureSummary& capture,
                    const TextStyle& style, std::size_t most);

Lines screen_text(const Report& report, const TextStyle& style);
void print_full(const Report& report, const TextStyle& style, unsigned threads, const Print& print);

}  // namespace whydrop
