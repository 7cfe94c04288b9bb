// whydrop: which connections failed, what failed about them, what most likely did it, and what to run next.
#include <span>
#include <string>
#include <vector>

#include "src/app/run.h"

int main(int argc, char** argv) {
  const auto words = std::span(argv, static_cast<std::size_t>(argc)).subspan(argc > 0 ? 1 : 0);
  const std::vector<std::string> arguments(words.begin(), words.end());
  return static_cast<int>(whydrop::run(arguments));
}
