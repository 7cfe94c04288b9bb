// pcap-filter(7) expressions for frames of files, whatever their link types.
#pragma once

#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "src/core/error.h"
#include "src/wire/frame.h"

namespace whydrop {

class FrameFilter {
 public:
  /// An error where the expression means nothing for Ethernet frames.
  static std::expected<FrameFilter, Error> compile(std::string expression);

  FrameFilter(FrameFilter&&) noexcept;
  FrameFilter& operator=(FrameFilter&&) noexcept;
  ~FrameFilter();

  /// Moves the frames that it lets through to the front, in order, and returns them.
  std::span<Frame> keep(std::span<Frame> frames);
  /// That the expression means nothing for one of the link types: its frames were not let through.
  const std::optional<Error>& error() const { return error_; }
  const std::string& expression() const { return expression_; }

 private:
  struct Program;

  explicit FrameFilter(std::string expression);
  std::expected<std::unique_ptr<Program>, Error> compiled_for(LinkType type) const;
  bool passes(const Frame& frame);

  std::string expression_;
  std::map<LinkType, std::unique_ptr<Program>> programs_;  ///< null: it means nothing there
  std::optional<Error> error_;
};

}  // namespace whydrop
