// Writes expectations that hold: what was found becomes what is expected.
#pragma once

#include <string>

#include "src/app/corpus/compare.h"
#include "src/app/corpus/expectation.h"
#include "src/cause/diagnosis.h"

namespace whydrop {

/// `before` where it holds, what `report` found where it does not.
Expectation blessed(const Expectation& before, const Comparison& comparison, const Report& report);

/// Comments of the file that it replaces are lost; `note` is kept.
std::string expectation_yaml(const Expectation& expectation);

}  // namespace whydrop
