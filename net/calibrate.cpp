#include "net/calibrate.h"

#include "core/autograd.h"

namespace huegrad {

void calibrate_batch_norm(const HierarchicalNetwork& network, int64_t count,
                          const std::function<Tensor(int64_t i)>& lightness) {
  const NoGradient no_gradient;
  for (int64_t i = 0; i < count; ++i)
    network.walk(lightness(i),
                 [&](const HierarchicalNetwork::Layer& layer, const std::vector<Tensor>& inputs) {
                   const auto* norm = std::get_if<BatchNorm>(&layer.module);
                   if (!norm) return HierarchicalNetwork::apply(layer, inputs, false);
                   BatchNorm running_mean = *norm;             // shares the statistics
                   running_mean.momentum = 1 / double(i + 1);  // which become the mean of i + 1 batches
                   return running_mean(inputs[0], true);
                 });
}

}  // namespace huegrad
