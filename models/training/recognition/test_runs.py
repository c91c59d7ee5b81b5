import unittest

import runs

copied = False


def is_copy(_: int) -> bool:
    return copied


class Processes(unittest.TestCase):
    def test_begin_afresh_so_that_no_lock_of_a_thread_is_copied_into_them(self):
        global copied
        copied = True
        with runs.processes(1) as workers:
            self.assertEqual(list(workers.map(is_copy, [1])), [False])


if __name__ == "__main__":
    unittest.main()
