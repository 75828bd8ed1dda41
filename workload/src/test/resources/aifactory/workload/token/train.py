"""Writes words.json, letters.json and golden.json next to it: pip install tokenizers, then run."""
import json
import random
import re
from pathlib import Path
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

here = Path(__file__).parent
source = here.parents[4] / "main/java/aifactory/workload/prompt/WordCorpus.java"
vocabulary = [w for line in re.findall(r'^ +[+(]?.*"( ?[a-z][a-z ]+)"', source.read_text(), re.M) for w in line.split()]
assert len(vocabulary) > 200, len(vocabulary)
random.seed(1)
lines = [" " + " ".join(random.choice(vocabulary) for _ in range(20)) for _ in range(2000)]
texts = lines[:20] + [
    "", " ", "\n\n", "The quick brown fox.", "naïve café — 東京 🙂", "12345 + 67.89 = ?", "a" * 100,
    "\tif (x <= 3) { return \"y\"; }", "don't WON'T it's", "  two  spaces  ",
]


def trained(vocabulary_size):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(lines, trainers.BpeTrainer(
        vocab_size=vocabulary_size, special_tokens=["<s>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    return tokenizer


golden = {}
for name, size in (("words", 900), ("letters", 300)):
    tokenizer = trained(size)
    tokenizer.save(str(here / f"{name}.json"), pretty=False)
    golden[name] = [{"text": t, "tokens": len(tokenizer.encode(t, add_special_tokens=False).ids)} for t in texts]
(here / "golden.json").write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n")
