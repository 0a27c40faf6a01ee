#include "layers/gradient_check.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/autograd.h"
#include "core/error.h"
#include "core/generator.h"

namespace huegrad {
namespace {

constexpr double kStep = 1e-3;

struct Evaluation {
  Tensor y;
  std::vector<Tensor> gradients;
};

double largest_magnitude(const std::vector<double>& values) {
  double largest = 0;
  for (double value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

// Numbers that float32 holds as well, so that both precisions start from the same place.
Tensor random_like(const Tensor& y) {
  Generator generator(1, 1);
  const Tensor r = Tensor::empty(y.shape(), DType::float64);
  for (int64_t i = 0; i < r.size(); ++i) r.data<double>()[i] = float(generator.uniform(-1, 1));
  return r;
}

// y and the gradients of <r, y> in float64 by the definition, or in float32 or bfloat16 on a device.
Evaluation evaluate(const GradientCase& gradient_case, DType dtype, Device device) {
  const auto place = [&](const Tensor& tensor, DType as) {
    return tensor.to(tensor.dtype() == DType::int32 ? DType::int32 : as).to(device);
  };
  const DType parameters = compute_dtype(dtype);
  std::vector<Tensor> inputs, constants;
  for (const Tensor& input : gradient_case.inputs) {
    const bool is_activation = inputs.size() < gradient_case.first_parameter;
    inputs.push_back(place(input, is_activation ? dtype : parameters).set_requires_grad());
  }
  for (const Tensor& constant : gradient_case.constants) constants.push_back(place(constant, parameters));
  Evaluation result;
  const Tensor y = gradient_case.function(inputs, constants);
  result.y = y.detach();
  backward(y, place(random_like(y), y.dtype()));
  for (const Tensor& input : inputs) {
    check(input.grad().defined(), "gradient_check", "{} ({}): an input got no gradient", gradient_case.layer,
          gradient_case.name);
    result.gradients.push_back(input.grad());
  }
  return result;
}

// <r, f(x)> as a function of one element of one input.
class Objective {
 public:
  explicit Objective(const GradientCase& gradient_case, const Tensor& y)
      : case_(gradient_case), r_(random_like(y)) {
    for (const Tensor& input : case_.inputs) inputs_.push_back(input.clone());
  }

  // The fourth-order central difference with step h.
  double slope(size_t input, int64_t element, double h) const {
    const auto at = [&](double offset) { return value(input, element, offset); };
    return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
  }

 private:
  double value(size_t input, int64_t element, double offset) const {
    double& x = inputs_[input].data<double>()[element];
    const double original = x;
    x += offset;
    const Tensor y = case_.function(inputs_, case_.constants);
    x = original;
    double sum = 0;
    for (int64_t i = 0; i < y.size(); ++i) sum += r_.data<double>()[i] * y.data<double>()[i];
    return sum;
  }

  const GradientCase& case_;
  Tensor r_;
  std::vector<Tensor> inputs_;
};

std::vector<int64_t> choose_elements(int64_t size, int64_t count, uint64_t stream) {
  std::vector<int64_t> elements(static_cast<size_t>(size));
  for (int64_t i = 0; i < size; ++i) elements[size_t(i)] = i;
  if (size <= count) return elements;
  Generator generator(2, stream);
  for (int64_t i = 0; i < count; ++i)
    std::swap(elements[size_t(i)], elements[size_t(i + generator.below(size - i))]);
  elements.resize(size_t(count));
  return elements;
}

void note(GradientReport& report, double error, const std::string& where) {
  ++report.checked;
  if (std::isnan(error)) error = std::numeric_limits<double>::infinity();
  if (error > report.error || report.where.empty()) {
    report.error = error;
    report.where = where;
  }
}

void compare(GradientReport& report, const std::string& name, const Tensor& actual, const Tensor& expected) {
  const std::vector<double> a = actual.to(DType::float64).values<double>(), b = expected.values<double>();
  const double floor = std::max(largest_magnitude(b), 1e-6);
  for (size_t i = 0; i < b.size(); ++i)
    note(report, std::abs(a[i] - b[i]) / floor,
         fmt::format("{}, element {} of {}: {}, float64 {}", name, i, to_string(expected.shape()), a[i],
                     b[i]));
}

}  // namespace

GradientReport check_gradient(const GradientCase& gradient_case, int64_t max_elements) {
  const Evaluation analytic = evaluate(gradient_case, DType::float64, {DeviceKind::reference});
  const NoGradient no_gradient;
  const Objective objective(gradient_case, analytic.y);
  GradientReport report;
  for (size_t input = 0; input < gradient_case.inputs.size(); ++input) {
    const Tensor& gradient = analytic.gradients[input];
    const double floor = std::max(1e-3 * largest_magnitude(gradient.values<double>()), 1e-6);
    for (int64_t element : choose_elements(gradient.size(), max_elements, input)) {
      const double value = gradient.data<double>()[element];
      const double slope = objective.slope(input, element, kStep);
      const double scale = std::max({std::abs(value), std::abs(slope), floor});
      if (gradient_case.kinks &&
          std::abs(slope - objective.slope(input, element, kStep / 2)) > kGradientTolerance / 10 * scale) {
        ++report.excluded;
        continue;
      }
      note(report, std::abs(value - slope) / scale,
           fmt::format("input {}, element {} of {}: backward {}, differences {}", input, element,
                       to_string(gradient.shape()), value, slope));
    }
  }
  return report;
}

GradientReport check_device(const GradientCase& gradient_case, Device device, DType storage) {
  GradientCase stored = gradient_case;
  for (Tensor& input : stored.inputs) input = input.to(storage).to(DType::float64);
  const Evaluation expected = evaluate(stored, DType::float64, {DeviceKind::reference});
  const Evaluation actual = evaluate(stored, storage, device);
  GradientReport report;
  compare(report, "output", actual.y, expected.y);
  for (size_t input = 0; input < expected.gradients.size(); ++input)
    compare(report, fmt::format("gradient of input {}", input), actual.gradients[input],
            expected.gradients[input]);
  return report;
}

}  // namespace huegrad
