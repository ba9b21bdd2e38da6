"""What `tangram gpus` says about a model."""

import unittest

from program import ProgramTest


class GpusTest(ProgramTest):
    def test_gpus_shows_the_bandwidth(self) -> None:
        text = self.succeed("gpus", "A100-80GB")
        self.assertIn("memory bandwidth 2039 GB/s (NVIDIA A100 datasheet", text)
        self.assertIn("memory bandwidth unknown\n", self.succeed("gpus", "B300"))
        (shown,) = self.succeed_json("gpus", "H200")["gpus"]
        self.assertEqual(shown["memory_bandwidth_gb_s"], 4800)
        (shown,) = self.succeed_json("gpus", "B300")["gpus"]
        self.assertIsNone(shown["memory_bandwidth_gb_s"])


if __name__ == "__main__":
    unittest.main()
