#include "data/batch_encoder.h"

#include "core/cuda_device.h"
#include "core/error.h"
#include "data/ab_bins.h"
#include "kernels/encode_colors.h"
#include "kernels/unpack_pictures.h"

namespace huegrad {
namespace {

template <class T>
Tensor on_device(const T* values, int64_t size, Device device) {
  return Tensor::from(std::vector<T>(values, values + size), {size}, device);
}

template <class F>
void with_backend(Device device, const F& f) {
  if (device.kind == DeviceKind::cuda)
    f(cuda_backend());
  else if (device.kind == DeviceKind::reference)
    f(Reference{});
  else
    f(Cpu{});
}

}  // namespace

BatchEncoder::BatchEncoder(Device device, const LoaderOptions& options, const PictureBytes& format)
    : device_(device),
      format_(format),
      neighbours_(options.neighbours),
      bins_(AbBins::zhang313().table()),
      bin_rarity_(
          Tensor::from(options.rebalance_weights, {int64_t(options.rebalance_weights.size())}, device)),
      rgb_(Tensor::empty({format.pixels(), 3}, DType::uint8, device)) {
  check(bin_rarity_.size() == bins_.bins, "batch_encoder", "{} rebalancing weights for {} bins",
        bin_rarity_.size(), bins_.bins);
  const int64_t squares = int64_t(bins_.cells) * bins_.cells;
  centers_ = on_device(bins_.centers, 2 * bins_.bins, device);
  candidates_ = on_device(bins_.candidates, bins_.first[squares + 1], device);
  first_ = on_device(bins_.first, squares + 2, device);
  bins_.centers = centers_.data<float>();
  bins_.candidates = candidates_.data<int32_t>();
  bins_.first = first_.data<int32_t>();
}

Batch BatchEncoder::empty_batch(int64_t count) const {
  const int64_t side = format_.side, h = format_.cells();
  const auto empty = [&](const Shape& shape, DType dtype = DType::float32) {
    return Tensor::empty(shape, dtype, device_);
  };
  return {.lightness = empty({count, side, side, 1}),
          .color_index = empty({count, h, h, neighbours_}, DType::int32),
          .color_weight = empty({count, h, h, neighbours_}),
          .color_entropy = empty({count, h, h}),
          .color_rarity = empty({count, h, h}),
          .ab = empty({count, h, h, 2}),
          .labels = empty({count, h, h}, DType::int32),
          .label_weight = empty({count, h, h}),
          .names = std::vector<std::string>(size_t(count))};
}

void BatchEncoder::encode(const Tensor& bytes, const Batch& into) const {
  const int64_t count = into.lightness.extent(0);
  check(count <= format_.pictures && into.lightness.extent(1) == format_.side &&
            into.color_index.extent(3) == neighbours_,
        "batch_encoder",
        "made for at most {} pictures of {}x{} and {} neighbours, not for {} of {}x{} and {}",
        format_.pictures, format_.side, format_.side, neighbours_, count, into.lightness.extent(1),
        into.lightness.extent(2), into.color_index.extent(3));
  check(bytes.device() == device_ && into.lightness.device() == device_, "batch_encoder",
        "bytes on {} and a batch on {}, this encoder works on {}", to_string(bytes.device()),
        to_string(into.lightness.device()), to_string(device_));
  PictureBytes packed = format_;
  packed.pictures = count;
  with_backend(device_, [&](auto backend) {
    const auto* raw = bytes.data<uint8_t>();
    auto* rgb = rgb_.data<uint8_t>();
    unpack_pictures(backend, packed, raw, rgb, into.labels.data<int32_t>(), into.label_weight.data<float>());
    encode_colors(
        backend, {.pictures = count, .side = packed.side, .neighbours = neighbours_}, bins_,
        bin_rarity_.data<float>(), reinterpret_cast<const PictureFrame*>(raw), rgb,
        {into.lightness.data<float>(), into.ab.data<float>(), into.color_index.data<int32_t>(),
         into.color_weight.data<float>(), into.color_entropy.data<float>(), into.color_rarity.data<float>()});
  });
}

}  // namespace huegrad
