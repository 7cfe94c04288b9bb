"""The packet tests stand on our own readers alone: programs that must link no libpcap.

    linkage_test.py WHYDROP PROGRAM...

WHYDROP does link it, which shows that the question is asked well.
"""

import subprocess
import sys


def links_libpcap(program: str) -> bool:
    answer = subprocess.run(["ldd", program], capture_output=True, text=True, check=True)
    return "libpcap" in answer.stdout


def main() -> int:
    whydrop, *programs = sys.argv[1:]
    wrong = [f"{program} links libpcap" for program in programs if links_libpcap(program)]
    if not links_libpcap(whydrop):
        wrong.append(f"{whydrop} links no libpcap, so that this test proves nothing")
    print("\n".join(wrong))
    return 1 if wrong or not programs else 0


if __name__ == "__main__":
    sys.exit(main())
