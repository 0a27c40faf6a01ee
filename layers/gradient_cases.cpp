#include "layers/gradient_cases.h"

#include <fmt/format.h>

#include "core/generator.h"
#include "layers/add.h"
#include "layers/annealed_mean.h"
#include "layers/avg_pool.h"
#include "layers/batch_norm.h"
#include "layers/concat.h"
#include "layers/conv2d.h"
#include "layers/conv_transpose2d.h"
#include "layers/joint_bilateral_upsample.h"
#include "layers/linear.h"
#include "layers/max_pool.h"
#include "layers/reduce.h"
#include "layers/relu.h"
#include "layers/sigmoid.h"
#include "layers/slice.h"
#include "layers/softmax_cross_entropy.h"
#include "layers/upsample.h"

namespace huegrad {
namespace {

using Tensors = std::vector<Tensor>;

// Values that float32 holds too.
Tensor random(const Shape& shape, uint64_t stream, double low = -1, double high = 1) {
  Generator generator(3, stream);
  const Tensor tensor = Tensor::empty(shape, DType::float64);
  for (int64_t i = 0; i < tensor.size(); ++i) tensor.data<double>()[i] = float(generator.uniform(low, high));
  return tensor;
}

Tensor random_index(const Shape& shape, int64_t classes, uint64_t stream) {
  Generator generator(4, stream);
  const Tensor tensor = Tensor::empty(shape, DType::int32);
  for (int64_t i = 0; i < tensor.size(); ++i) tensor.data<int32_t>()[i] = int32_t(generator.below(classes));
  return tensor;
}

class CaseList {
 public:
  void add(std::string layer, std::string name, Tensors inputs, Tensors constants,
           GradientCase::Function function, bool kinks = false) {
    cases.push_back({std::move(layer), std::move(name), std::move(inputs), std::move(constants),
                     std::move(function), kinks});
  }
  // Of the last case: where its parameters begin.
  void parameters_from(size_t first) { cases.back().first_parameter = first; }
  std::vector<GradientCase> cases;
};

void add_elementwise(CaseList& list) {
  const Tensor a = random({2, 3, 5}, 1, -3, 3), b = random({2, 3, 5}, 2, -3, 3);
  list.add("add", "a + b", {a, b}, {}, [](const Tensors& x, const Tensors&) { return add(x[0], x[1]); });
  list.add("add", "a + a", {a}, {}, [](const Tensors& x, const Tensors&) { return add(x[0], x[0]); });
  list.add("scale", "by -2.5", {a}, {}, [](const Tensors& x, const Tensors&) { return scale(x[0], -2.5); });
  list.add(
      "relu", "-1..1", {random({4, 40}, 3)}, {}, [](const Tensors& x, const Tensors&) { return relu(x[0]); },
      true);
  list.add("sigmoid", "-8..8", {random({3, 20}, 4, -8, 8)}, {},
           [](const Tensors& x, const Tensors&) { return sigmoid(x[0]); });
  list.add("sum", "2x3x5", {a}, {}, [](const Tensors& x, const Tensors&) { return sum(x[0]); });
  list.add("mean", "2x3x5", {a}, {}, [](const Tensors& x, const Tensors&) { return mean(x[0]); });
  list.add("reshape", "2x3x5 to 6x5", {a}, {}, [](const Tensors& x, const Tensors&) {
    return scale(x[0].reshape({6, 5}), 3);
  });
  list.add("slice", "middle channels", {a}, {},
           [](const Tensors& x, const Tensors&) { return slice(x[0], 1, 3); });
  list.add("concat", "three widths", {a, random({2, 3, 1}, 5), random({2, 3, 17}, 6)}, {},
           [](const Tensors& x, const Tensors&) { return concat(x); });
  list.add("concat", "a tensor with itself", {a}, {}, [](const Tensors& x, const Tensors&) {
    return concat({x[0], x[0]});
  });
}

struct ConvCase {
  const char* name;
  Shape x, weight;
  Conv2dOptions options = {};
  bool bias = true;
};

void add_conv2d(CaseList& list) {
  const ConvCase cases[] = {
      {"1x1", {2, 3, 4, 5}, {7, 1, 1, 5}},
      {"3x3, padding 1", {2, 5, 6, 3}, {4, 3, 3, 3}, {.padding = 1}},
      {"3x3, one channel in", {2, 5, 6, 1}, {8, 3, 3, 1}, {.padding = 1}},
      {"3x3, stride 2, even size", {1, 8, 6, 3}, {5, 3, 3, 3}, {.stride = 2, .padding = 1}},
      {"3x3, stride 2, odd size", {2, 7, 5, 3}, {5, 3, 3, 3}, {.stride = 2, .padding = 1}},
      {"3x3, dilation 2", {1, 7, 6, 3}, {4, 3, 3, 3}, {.padding = 2, .dilation = 2}},
      {"3x3, ReLU", {2, 5, 6, 3}, {4, 3, 3, 3}, {.padding = 1, .relu = true}},
      {"3x3, stride 2, ReLU", {2, 7, 6, 3}, {4, 3, 3, 3}, {.stride = 2, .padding = 1, .relu = true}},
      {"3x3, dilation 2, ReLU", {1, 7, 7, 3}, {4, 3, 3, 3}, {.padding = 2, .dilation = 2, .relu = true}},
      {"3x3, no bias, no padding", {2, 5, 4, 3}, {4, 3, 3, 3}, {}, false},
      {"3x3, stride 3, dilation 2", {1, 9, 8, 2}, {3, 3, 3, 2}, {.stride = 3, .padding = 1, .dilation = 2}},
      {"2x3", {1, 4, 5, 3}, {2, 2, 3, 3}, {.padding = 1}},
      {"5x5, larger than x", {2, 2, 3, 2}, {3, 5, 5, 2}, {.padding = 2}},
      {"3x3, one pixel", {3, 1, 1, 4}, {5, 3, 3, 4}, {.padding = 1}},
      {"3x3, ragged channels", {1, 5, 5, 17}, {33, 3, 3, 17}, {.padding = 1, .relu = true}},
  };
  for (const ConvCase& c : cases) {
    Tensors inputs = {random(c.x, 10), random(c.weight, 11)};
    if (c.bias) inputs.push_back(random({c.weight[0]}, 12));
    const auto function = [options = c.options](const Tensors& x, const Tensors&) {
      return conv2d(x[0], x[1], x.size() > 2 ? x[2] : Tensor(), options);
    };
    list.add("conv2d", c.name, inputs, {}, function, c.options.relu);
    list.parameters_from(1);
  }
}

void add_conv_transpose2d(CaseList& list) {
  const ConvCase cases[] = {
      {"4x4, stride 2: doubles", {2, 3, 4, 5}, {5, 4, 4, 3}, {.stride = 2, .padding = 1}},
      {"4x4, stride 2, ReLU", {2, 3, 4, 5}, {5, 4, 4, 3}, {.stride = 2, .padding = 1, .relu = true}},
      {"3x3, padding 1", {1, 4, 5, 3}, {3, 3, 3, 4}, {.padding = 1}},
      {"3x3, stride 2, no bias", {2, 3, 2, 3}, {3, 3, 3, 4}, {.stride = 2}, false},
      {"3x3, dilation 2", {1, 4, 4, 2}, {2, 3, 3, 3}, {.padding = 1, .dilation = 2}},
      {"2x2, stride 3: gaps", {1, 3, 4, 2}, {2, 2, 2, 3}, {.stride = 3}},
      {"4x4, ragged channels", {1, 3, 3, 17}, {17, 4, 4, 19}, {.stride = 2, .padding = 1}},
  };
  for (const ConvCase& c : cases) {
    Tensors inputs = {random(c.x, 13), random(c.weight, 14)};
    if (c.bias) inputs.push_back(random({c.weight[3]}, 15));
    const auto function = [options = c.options](const Tensors& x, const Tensors&) {
      return conv_transpose2d(x[0], x[1], x.size() > 2 ? x[2] : Tensor(), options);
    };
    list.add("conv_transpose2d", c.name, inputs, {}, function, c.options.relu);
    list.parameters_from(1);
  }
}

void add_linear(CaseList& list) {
  const Tensor x = random({4, 7}, 16), images = random({2, 2, 3, 19}, 17);
  list.add("linear", "7 to 5", {x, random({5, 7}, 18), random({5}, 19)}, {},
           [](const Tensors& i, const Tensors&) { return linear(i[0], i[1], i[2]); });
  list.parameters_from(1);
  list.add("linear", "no bias, images", {images, random({33, 19}, 20)}, {},
           [](const Tensors& i, const Tensors&) { return linear(i[0], i[1], Tensor()); });
  list.parameters_from(1);
}

void add_batch_norm(CaseList& list) {
  const Tensor x = random({2, 3, 4, 5}, 21, 4, 7), mean = random({5}, 22), variance = random({5}, 23, 0.5, 2);
  const Tensor gamma = random({5}, 24, 0.5, 2), beta = random({5}, 25);
  for (const bool training : {true, false}) {
    const std::string kind = training ? "training" : "frozen";
    list.add("batch_norm", kind, {x}, {mean, variance}, [=](const Tensors& i, const Tensors& c) {
      return batch_norm(i[0], {}, {}, c[0], c[1], {.training = training});
    });
    list.add("batch_norm", kind + ", affine", {x, gamma, beta}, {mean, variance},
             [=](const Tensors& i, const Tensors& c) {
               return batch_norm(i[0], i[1], i[2], c[0], c[1], {.training = training});
             });
    list.parameters_from(1);
  }
  list.add("batch_norm", "training, 33 channels", {random({9, 33}, 26)},
           {random({33}, 27), random({33}, 28, 0.5, 2)},
           [](const Tensors& i, const Tensors& c) { return batch_norm(i[0], {}, {}, c[0], c[1]); });
}

void add_pooling(CaseList& list) {
  const std::pair<const char*, Pool2dOptions> cases[] = {
      {"2x2, stride 2", {}},
      {"3x3, stride 2, padding 1", {.kernel = 3, .stride = 2, .padding = 1}},
      {"3x3, stride 1, padding 1", {.kernel = 3, .stride = 1, .padding = 1}},
      {"3x3, stride 2, ceil", {.kernel = 3, .stride = 2, .ceil_mode = true}},
      {"2x2, stride 3, ceil", {.kernel = 2, .stride = 3, .padding = 1, .ceil_mode = true}},
  };
  for (const auto& [name, options] : cases) {
    const Tensor x = random({2, 7, 6, 3}, 29, -10, 10);
    list.add(
        "max_pool", name, {x}, {},
        [options = options](const Tensors& i, const Tensors&) { return max_pool(i[0], options); }, true);
    list.add("avg_pool", name, {x}, {},
             [options = options](const Tensors& i, const Tensors&) { return avg_pool(i[0], options); });
  }
}

void add_upsample(CaseList& list) {
  struct Case {
    const char* name;
    int64_t height, width;
  };
  for (const Case& c : {Case{"doubled", 6, 10}, Case{"fourfold", 12, 20}, Case{"3x5 to 7x8", 7, 8},
                        Case{"3x5 to 2x3", 2, 3}, Case{"same size", 3, 5}})
    for (const UpsampleMode mode : {UpsampleMode::nearest, UpsampleMode::bilinear}) {
      const std::string name = mode == UpsampleMode::nearest ? "nearest, " : "bilinear, ";
      list.add("upsample", name + c.name, {random({2, 3, 5, 3}, 30)}, {},
               [=](const Tensors& i, const Tensors&) { return upsample(i[0], c.height, c.width, mode); });
    }
}

constexpr std::pair<const char*, LossNormalization> kNormalizations[] = {
    {"sum", LossNormalization::sum},
    {"per image", LossNormalization::per_image},
    {"per pixel", LossNormalization::per_pixel},
    {"per weight", LossNormalization::per_weight}};

void add_softmax_cross_entropy(CaseList& list) {
  const Tensor logits = random({2, 3, 4, 7}, 31, -4, 4), rows = random({2, 3, 4}, 32, 0, 2);
  const Tensor classes = random({7}, 33, 0.1, 3), index = random_index({2, 3, 4}, 7, 34);
  index.data<int32_t>()[3] = index.data<int32_t>()[11] = 255;
  rows.data<double>()[5] = 0;
  for (const auto& [name, normalization] : kNormalizations) {
    const SoftmaxCrossEntropyOptions options = {.normalization = normalization};
    list.add("softmax_cross_entropy", std::string(name) + ", ignored pixels", {logits}, {index},
             [=](const Tensors& i, const Tensors& c) {
               return softmax_cross_entropy(i[0], c[0], {}, {}, options);
             });
    list.add("softmax_cross_entropy", std::string(name) + ", all weights", {logits}, {index, classes, rows},
             [=](const Tensors& i, const Tensors& c) {
               return softmax_cross_entropy(i[0], c[0], c[1], c[2], options);
             });
  }
  list.add("softmax_cross_entropy", "huge logits, scaled", {random({5, 9}, 35, -900, 900)},
           {random_index({5}, 9, 36)}, [](const Tensors& i, const Tensors& c) {
             return scale(softmax_cross_entropy(i[0], c[0], {}, {}), 0.25);
           });
}

void add_softmax_cross_entropy_sparse(CaseList& list) {
  const Tensor logits = random({2, 3, 2, 11}, 37, -4, 4), rows = random({2, 3, 2}, 38, 0, 2);
  const Tensor index = random_index({2, 3, 2, 5}, 11, 39), weight = random({2, 3, 2, 5}, 40, 0.1, 0.3);
  rows.data<double>()[4] = 0;
  for (const auto& [name, normalization] : kNormalizations) {
    const SoftmaxCrossEntropyOptions options = {.normalization = normalization};
    list.add("softmax_cross_entropy_sparse", name, {logits}, {index, weight, rows},
             [=](const Tensors& i, const Tensors& c) {
               return softmax_cross_entropy_sparse(i[0], c[0], c[1], c[2], options);
             });
  }
  list.add(
      "softmax_cross_entropy_sparse", "no row weights", {logits}, {index, weight},
      [](const Tensors& i, const Tensors& c) { return softmax_cross_entropy_sparse(i[0], c[0], c[1], {}); });
}

void add_annealed_mean(CaseList& list) {
  const Tensor logits = random({2, 2, 3, 313}, 41, -3, 3), centers = random({313, 2}, 42, -110, 110);
  for (const double temperature : {0.38, 1.0})
    list.add("annealed_mean", fmt::format("temperature {}", temperature), {logits}, {centers},
             [=](const Tensors& i, const Tensors& c) { return annealed_mean(i[0], c[0], temperature); });
}

void add_joint_bilateral_upsample(CaseList& list) {
  struct Case {
    const char* name;
    Shape x, guide;
    double low, high;  // range of the guide
    JointBilateralOptions options = {};
  };
  const Case cases[] = {
      {"factor 4", {1, 4, 5, 2}, {1, 16, 20}, 0, 255},
      {"odd sizes", {2, 3, 5, 2}, {2, 11, 8}, 0, 255, {.radius = 2, .sigma_spatial = 1}},
      {"underflow of all but one weight", {1, 4, 4, 3}, {1, 8, 8}, 0, 255, {.radius = 3, .sigma_range = 0.5}},
      {"same size", {1, 5, 6, 2}, {1, 5, 6}, 100, 130, {.radius = 1}},
      {"shrinks", {1, 8, 6, 2}, {1, 4, 3}, 0, 255, {.radius = 2}},
  };
  for (const Case& c : cases) {
    list.add("joint_bilateral_upsample", c.name, {random(c.x, 43, -100, 100)},
             {random(c.guide, 44, c.low, c.high)}, [options = c.options](const Tensors& i, const Tensors& k) {
               return joint_bilateral_upsample(i[0], k[0], options);
             });
  }
}

}  // namespace

std::vector<GradientCase> gradient_cases() {
  CaseList list;
  add_elementwise(list);
  add_conv2d(list);
  add_conv_transpose2d(list);
  add_linear(list);
  add_batch_norm(list);
  add_pooling(list);
  add_upsample(list);
  add_softmax_cross_entropy(list);
  add_softmax_cross_entropy_sparse(list);
  add_annealed_mean(list);
  add_joint_bilateral_upsample(list);
  return std::move(list.cases);
}

}  // namespace huegrad
