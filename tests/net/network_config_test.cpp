#include "net/network_config.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "net/embedded_files.h"
#include "tests/support/text.h"

using namespace huegrad;
using test::contains;

namespace {

std::string message_of(const nlohmann::json& json) {
  try {
    network_config_from_json(json);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    return error.what();
  }
  return "";
}

nlohmann::json changed(const char* field, const nlohmann::json& value) {
  nlohmann::json json = to_json(load_preset("voc"));
  json[field] = value;
  return json;
}

}  // namespace

TEST_CASE("presets: all six are in the binary and survive a round trip") {
  CHECK(preset_names() == std::vector<std::string>{"coco-stuff", "light", "small", "tiny", "voc", "zhang"});
  for (const std::string& name : preset_names()) {
    CAPTURE(name);
    const NetworkConfig config = load_preset(name);
    CHECK(config.preset == name);
    CHECK(config.bins == 313);
    CHECK(to_json(network_config_from_json(to_json(config))) == to_json(config));
  }
}

TEST_CASE("presets: classes") {
  CHECK(load_preset("voc").classes.size() == 21);
  CHECK(load_preset("voc").classes[15] == "person");
  CHECK(load_preset("coco-stuff").classes.size() == 183);
  CHECK(load_preset("coco-stuff").classes[0] == "unlabeled");
  CHECK(load_preset("coco-stuff").classes[182] == "wood");
  CHECK(!load_preset("zhang").semantics);
  CHECK(load_preset("tiny").classes == load_preset("voc").classes);
}

TEST_CASE("presets: an unknown name lists the known ones") {
  CHECK_THROWS_WITH_AS(load_preset("cocostuff"),
                       "no preset 'cocostuff'. The presets are coco-stuff, light, small, tiny, voc, zhang",
                       Error);
  CHECK_THROWS_AS(load_preset("../presets/voc"), Error);
}

TEST_CASE("network configuration: what is wrong is named") {
  CHECK(contains(message_of(changed("chanels", 3)), "unknown field 'chanels'"));
  CHECK(contains(message_of(changed("chanels", 3)), "head_channels"));  // the hint lists the fields
  nlohmann::json missing = to_json(load_preset("voc"));
  missing.erase("bins");
  CHECK(contains(message_of(missing), "'bins' is missing"));
  CHECK(contains(message_of(nlohmann::json::array()), "object"));
  CHECK(contains(message_of(changed("channels", {1, 2, 3})), "channels"));
  CHECK(contains(message_of(changed("channels", {64, 128, 256, 512, 512, 0, 512, 256})), "channels[5] is 0"));
  CHECK(contains(message_of(changed("channels", {64, 128, 256, 512, 512, 1e9, 512, 256})), "channels[5]"));
  CHECK(contains(message_of(changed("bins", "many")), "bins is \"many\""));
  CHECK(contains(message_of(changed("bins", -1)), "bins is -1"));
  CHECK(contains(message_of(changed("bins", uint64_t(1) << 63)), "bins"));
  CHECK(contains(message_of(changed("semantics", 1)), "semantics"));
  CHECK(contains(message_of(changed("classes", {"one"})), "1 classes"));
  CHECK(contains(message_of(changed("classes", {"a", "b", "a"})), "same name"));
  CHECK(contains(message_of(changed("classes", {"a", 7})), "classes[1] is 7"));
  CHECK(contains(message_of(changed("deconv_channels", 2.5)), "deconv_channels is 2.5"));
  CHECK(contains(message_of(changed("input_size", 100)), "multiple of 8"));
  CHECK(contains(message_of(changed("preset", nullptr)), "preset is null"));
}

TEST_CASE("embedded files: whole and aligned") {
  REQUIRE(find_embedded_file("presets/tiny.json"));
  CHECK(!find_embedded_file("presets/none.json"));
  for (const EmbeddedFile& file : embedded_files()) {
    CAPTURE(file.name);
    CHECK(reinterpret_cast<uintptr_t>(file.bytes.data()) % 64 == 0);
    if (!file.name.ends_with(".json")) continue;
    const auto* text = reinterpret_cast<const char*>(file.bytes.data());
    CHECK(nlohmann::json::parse(text, text + file.bytes.size()).is_object());
  }
}
