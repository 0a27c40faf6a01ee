// Makes batches out of their bytes on a device, which so takes over resizing, colour conversion and the
// encoding of targets; the loader only cuts and copies.
//
//   BatchEncoder encoder(device, loader.options(), loader.raw_format());
//   const Batch batch = encoder.empty_batch(8);             // once
//   RawBatch raw = loader.raw_batch(step);
//   ... copy raw.bytes to the device ...
//   encoder.encode(bytes_on_device, batch);                 // every step
#pragma once
#include "data/loader.h"
#include "kernels/soft_encode.h"

namespace huegrad {

class BatchEncoder {
 public:
  // For raw batches of the loader with these options and this format.
  BatchEncoder(Device device, const LoaderOptions& options, const PictureBytes& format);

  // Memory for `count` pictures on the device; names are empty.
  Batch empty_batch(int64_t count) const;

  // Overwrites the tensors of `into`, a batch of as many pictures as there are in the bytes. Queues kernels
  // that are the same for all bytes: nothing is read back or allocated (but scratch memory, once), so it can
  // be part of a graph. Names stay. One call at a time.
  void encode(const Tensor& bytes, const Batch& into) const;

 private:
  Device device_;
  PictureBytes format_;
  int neighbours_;
  AbBinTable bins_;                                   // pointers to:
  Tensor centers_, first_, candidates_, bin_rarity_;  // on the device
  Tensor rgb_;                                        // the unpacked pictures
};

}  // namespace huegrad
