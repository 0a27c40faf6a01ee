// Ctrl-C as a question instead of a death: while one of these lives, SIGINT and SIGTERM only set a flag.
#pragma once

namespace huegrad {

class Interrupt {
 public:
  Interrupt();
  ~Interrupt();  // the signals kill again
  Interrupt(const Interrupt&) = delete;

  bool requested() const;
};

}  // namespace huegrad
