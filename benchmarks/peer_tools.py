"""AIPerf and GuideLLM, installed from the package registry into a cache outside the repository."""

import os
import subprocess
import sys

CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")), "aifactory-peers")
NAMES = ("aiperf", "guidellm")
TOKENIZER_DIRECTORY = os.path.join(CACHE, "tokenizer")

TOKENIZER = """
import sys
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast
alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
one = Tokenizer(models.BPE(vocab={c: i for i, c in enumerate(alphabet)}, merges=[]))
one.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
one.decoder = decoders.ByteLevel()
PreTrainedTokenizerFast(tokenizer_object=one, eos_token="!", model_max_length=100000,
    chat_template="{% for m in messages %}{{ m['content'] }}{% endfor %}").save_pretrained(sys.argv[1])
"""


def program(name):
    return os.path.join(CACHE, name, "bin", name)


def install():
    os.makedirs(CACHE, exist_ok=True)
    for name in NAMES:
        if not os.path.exists(program(name)):
            print(f"installing {name} into {CACHE}", file=sys.stderr)
            subprocess.run([sys.executable, "-m", "venv", os.path.join(CACHE, name)], check=True)
            subprocess.run([os.path.join(CACHE, name, "bin", "pip"), "install", "-q", name], check=True, stdout=sys.stderr)
    if not os.path.exists(os.path.join(TOKENIZER_DIRECTORY, "tokenizer.json")):
        subprocess.run([os.path.join(CACHE, "guidellm", "bin", "python"), "-c", TOKENIZER, TOKENIZER_DIRECTORY], check=True)
