#include "data/ab_bins.h"

#include <algorithm>
#include <array>
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

struct Neighbour {
  float distance2;
  int32_t index;
};

}  // namespace

const AbBins& AbBins::zhang313() {
  static const AbBins bins;
  return bins;
}

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
      if (distance[size_t(i)] <= reach) candidates_.push_back(int16_t(i));
  }
  first_.push_back(int32_t(candidates_.size()));
  for (int i = 0; i < count(); ++i) candidates_.push_back(int16_t(i));
  first_.push_back(int32_t(candidates_.size()));
}

std::span<const int16_t> AbBins::candidates(float a, float b) const {
  const bool inside = std::abs(a) < kExtent && std::abs(b) < kExtent;
  const int column = inside ? int((b + kExtent) / kCellSize) : 0;
  const int row = inside ? int((a + kExtent) / kCellSize) : kCells;
  const size_t cell = size_t(std::min(row * kCells + column, kCells * kCells));
  return {candidates_.data() + first_[cell], candidates_.data() + first_[cell + 1]};
}

int AbBins::nearest(float a, float b) const {
  int best = 0;
  float least = std::numeric_limits<float>::infinity();
  for (const int16_t i : candidates(a, b)) {
    const float da = a - centers_[size_t(2 * i)], db = b - centers_[size_t(2 * i + 1)];
    const float distance2 = da * da + db * db;
    if (distance2 >= least) continue;
    least = distance2;
    best = i;
  }
  return best;
}

void AbBins::soft_encode(std::span<const float> ab, int neighbours, float sigma, int32_t* index,
                         float* weight) const {
  const float scale = -0.5f / (sigma * sigma);
  std::array<Neighbour, kMaxNeighbours> best;
  for (size_t pixel = 0; pixel < ab.size() / 2; ++pixel) {
    const float a = ab[2 * pixel], b = ab[2 * pixel + 1];
    best.fill({std::numeric_limits<float>::infinity(), 0});
    for (const int16_t i : candidates(a, b)) {  // insertion into the sorted list of the best
      const float da = a - centers_[size_t(2 * i)], db = b - centers_[size_t(2 * i + 1)];
      const float distance2 = da * da + db * db;
      int place = neighbours;
      while (place > 0 && distance2 < best[size_t(place - 1)].distance2) --place;
      if (place == neighbours) continue;
      std::move_backward(best.begin() + place, best.begin() + neighbours - 1, best.begin() + neighbours);
      best[size_t(place)] = {distance2, i};
    }
    // Relative to the nearest, so that a colour far from all bins has weights too.
    float sum = 0;
    for (int k = 0; k < neighbours; ++k) {
      *index++ = best[size_t(k)].index;
      sum += weight[k] = std::exp(scale * (best[size_t(k)].distance2 - best[0].distance2));
    }
    for (int k = 0; k < neighbours; ++k) *weight++ /= sum;
  }
}

}  // namespace huegrad
