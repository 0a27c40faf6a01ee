// What an H100's data sheet makes of the costs of every CUDA benchmark: to be read beside what one measures.
#pragma once
#include <string>

namespace huegrad::bench {

std::string predictions();  // benchmarks/PREDICTIONS.md

}  // namespace huegrad::bench
