// whydrop: which connections failed, what failed about them, what most likely did it, and what to run next.
#include <string>
#include <vector>

#include "src/app/run.h"

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  return static_cast<int>(whydrop::run(arguments));
}
