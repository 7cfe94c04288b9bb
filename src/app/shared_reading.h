// Several threads read one file together: each reads some of its chunks, and tracks its share of the flows of all of
// them in a table of its own. Nothing that is written is shared but the chunks' lists of frames.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "src/capture/source.h"
#include "src/flow/table.h"

namespace whydrop {

enum class SharedEnd : std::uint8_t {
  rest,     ///< what follows in the source, if anything, is to be read as usual
  stopped,  ///< `go_on` said no
  wrong     ///< the file changed meanwhile, or a thread could not go on: nothing of it is good
};

/// Shares for so many tables, even as far as the first packets tell. `source` can be read in chunks, and nothing of it
/// was read yet.
Shares shares_for(std::uint32_t tables, const Source& source);

/// Reads such a source by as many threads as there are tables; table N has share N.
/// `go_on` is asked by this thread, after every chunk, with the place in the file.
SharedEnd read_shared(Source& source, std::span<FlowTable* const> tables,
                      const std::function<bool(std::uint64_t)>& go_on);

}  // namespace whydrop
