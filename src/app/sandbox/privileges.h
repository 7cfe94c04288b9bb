// Root and capabilities (capabilities(7)): given up for good.
#pragma once

#include <expected>

#include "src/app/sandbox/profile.h"
#include "src/core/error.h"

namespace whydrop {

/// Root becomes the user who called sudo, or nobody; all capabilities go, and no program that is started gets any. Two
/// of them may stay with root, so that nothing that root may read, or was told to write, is refused: the right to read
/// others' files, when one that is opened later needs it, and the right to write them, when `stays_owner`.
/// An error where root cannot be given up; the rest is given up as far as it can be.
std::expected<void, Error> give_up_privileges(const Profile& profile);

}  // namespace whydrop
