// Landlock (landlock(7)): which files this process may open from now on, whoever it is.
#pragma once

#include <vector>

#include "src/app/sandbox/profile.h"
#include "src/capture/input.h"

namespace whydrop {

/// Files by what they are, not by their names: it is made while they can be reached, takes effect later, and is to live
/// as long as the process.
class LandlockRules {
 public:
  explicit LandlockRules(const Profile& profile);

  /// Needs no_new_privs. Which version of the kernel's interface is in force; 0: none, the kernel has it not.
  int enforce() const;

 private:
  int abi_;
  Descriptor rules_;
  /// The kernel makes a file of /proc anew when nobody holds it and memory is short; the rule would be for the old one.
  std::vector<Descriptor> kept_;
};

}  // namespace whydrop
