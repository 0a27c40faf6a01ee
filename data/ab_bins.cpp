#include "data/ab_bins.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "kernels/color.h"

namespace huegrad {
namespace {

struct Point {
  double a, b;
  auto operator<=>(const Point&) const = default;
};

double cross(Point o, Point p, Point q) { return (p.a - o.a) * (q.b - o.b) - (p.b - o.b) * (q.a - o.a); }

// Andrew's monotone chain: the hull's corners, counter-clockwise.
std::vector<Point> convex_hull(std::vector<Point> points) {
  std::ranges::sort(points);
  std::vector<Point> hull;
  for (int side = 0; side < 2; ++side) {
    const size_t start = hull.size();
    for (const Point& p : points) {
      while (hull.size() >= start + 2 && cross(hull[hull.size() - 2], hull.back(), p) <= 0) hull.pop_back();
      hull.push_back(p);
    }
    hull.pop_back();  // the other side starts with it
    std::ranges::reverse(points);
  }
  return hull;
}

// ab of the sRGB cube, whose hull is spanned by its faces. Steps of 51/255 suffice: no grid point is close to
// being in or out.
std::vector<Point> gamut_hull() {
  constexpr int kSteps = 5;
  std::vector<double> rgb;
  for (int r = 0; r <= kSteps; ++r)
    for (int g = 0; g <= kSteps; ++g)
      for (int b = 0; b <= kSteps; ++b)
        for (int value : {r, g, b}) rgb.push_back(double(value) / kSteps);
  std::vector<double> lab(rgb.size());
  srgb_to_lab(Reference{}, int64_t(rgb.size() / 3), rgb.data(), lab.data());
  std::vector<Point> points;
  for (size_t i = 0; i < lab.size(); i += 3) points.push_back({lab[i + 1], lab[i + 2]});
  return convex_hull(std::move(points));
}

// Does the square of half-width `reach` around `center` meet the hull? Convex sets that do not meet are
// separated by a side of one of them.
bool meets(const std::vector<Point>& hull, Point center, double reach) {
  const auto [left, right] = std::ranges::minmax(hull, {}, &Point::a);
  const auto [low, high] = std::ranges::minmax(hull, {}, &Point::b);
  if (left.a > center.a + reach || right.a < center.a - reach || low.b > center.b + reach ||
      high.b < center.b - reach)
    return false;
  for (size_t i = 0; i < hull.size(); ++i) {
    const Point p = hull[i], q = hull[(i + 1) % hull.size()];
    // The corner of the square that is farthest to the left of the side p -> q.
    const Point corner = {center.a + (q.b > p.b ? -reach : reach), center.b + (q.a > p.a ? reach : -reach)};
    if (cross(p, q, corner) < 0) return false;
  }
  return true;
}

// Cells of the look-up: kCells x kCells of kCellSize units, from -kExtent; beyond, every bin is a candidate.
constexpr int kCells = 48;
constexpr float kCellSize = 5, kExtent = kCells * kCellSize / 2;

}  // namespace

const AbBins& AbBins::zhang313() {
  static const AbBins bins;
  return bins;
}

Tensor AbBins::centers_on(Device device) const { return Tensor::from(centers_, {count(), 2}, device); }

AbBins::AbBins() {
  constexpr int kGridSpacing = 10, kGridExtent = 110;
  const std::vector<Point> hull = gamut_hull();
  for (int a = -kGridExtent; a <= kGridExtent; a += kGridSpacing)
    for (int b = -kGridExtent; b <= kGridExtent; b += kGridSpacing)
      if (meets(hull, {double(a), double(b)}, kGridSpacing))
        centers_.insert(centers_.end(), {float(a), float(b)});

  // With D the distance of a cell's centre to its k-th nearest bin and R the distance to its corners, the k
  // nearest bins of any colour in the cell lie within D + 2R of the centre.
  const double corner = kCellSize / 2 * std::sqrt(2.0);
  const size_t bins = centers_.size() / 2;
  std::vector<double> distance(bins), sorted;
  for (int cell = 0; cell < kCells * kCells; ++cell) {
    const double a = (cell / kCells + 0.5) * kCellSize - kExtent,
                 b = (cell % kCells + 0.5) * kCellSize - kExtent;
    for (int i = 0; i < count(); ++i)
      distance[size_t(i)] = std::hypot(a - centers_[size_t(2 * i)], b - centers_[size_t(2 * i + 1)]);
    sorted = distance;
    std::ranges::nth_element(sorted, sorted.begin() + kMaxNeighbours - 1);
    const double reach = sorted[kMaxNeighbours - 1] + 2 * corner + 1e-3;
    first_.push_back(int32_t(candidates_.size()));
    for (int i = 0; i < count(); ++i)
      if (distance[size_t(i)] <= reach) candidates_.push_back(i);
  }
  first_.push_back(int32_t(candidates_.size()));
  for (int i = 0; i < count(); ++i) candidates_.push_back(i);
  first_.push_back(int32_t(candidates_.size()));
}

AbBinTable AbBins::table() const {
  return {count(), kCells, kCellSize, centers_.data(), first_.data(), candidates_.data()};
}

int AbBins::nearest(float a, float b) const {
  const AbBinTable bins = table();
  const int cell = bins.cell(a, b);
  int best = 0;
  float least = std::numeric_limits<float>::infinity();
  for (int32_t at = bins.first[cell]; at < bins.first[cell + 1]; ++at) {
    const float distance2 = bins.distance2(bins.candidates[at], a, b);
    if (distance2 >= least) continue;
    least = distance2;
    best = bins.candidates[at];
  }
  return best;
}

void AbBins::soft_encode(std::span<const float> ab, int neighbours, float sigma, int32_t* index,
                         float* weight) const {
  huegrad::soft_encode(Cpu{}, {int64_t(ab.size() / 2), neighbours, sigma}, table(), ab.data(), index, weight,
                       nullptr);
}

}  // namespace huegrad
