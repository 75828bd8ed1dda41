"""AIPerf and GuideLLM, installed from the package registry into a cache outside the repository."""

import json
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


def install(names=NAMES):
    os.makedirs(CACHE, exist_ok=True)
    for name in names:
        if not os.path.exists(program(name)):
            print(f"installing {name} into {CACHE}", file=sys.stderr)
            subprocess.run([sys.executable, "-m", "venv", os.path.join(CACHE, name)], check=True)
            subprocess.run([os.path.join(CACHE, name, "bin", "pip"), "install", "-q", name], check=True, stdout=sys.stderr)
    if not os.path.exists(os.path.join(TOKENIZER_DIRECTORY, "tokenizer.json")):
        subprocess.run([os.path.join(CACHE, names[0], "bin", "python"), "-c", TOKENIZER, TOKENIZER_DIRECTORY], check=True)


def at_fixed_rate(name, url, rate, count, chunks, output):
    """The command that sends so many requests at a constant rate and writes what it measured of each into the directory."""
    if name == "aiperf":
        return [program(name), "profile", "-m", "simulated", "--url", url, "--endpoint-type", "chat", "--streaming", "--tokenizer",
                TOKENIZER_DIRECTORY, "--request-rate", str(rate), "--arrival-pattern", "constant", "--request-count", str(count),
                "--isl", "16", "--osl", str(chunks), "--ui", "none", "--export-level", "records", "--output-artifact-dir", output]
    return [program(name), "run", "--backend", f"kind=openai_http,target={url},model=simulated", "--profile", f"kind=constant,rate={rate}",
            "--constraint", f"kind=max_requests,count={count}", "--tokenizer", f"kind=huggingface_auto,model={TOKENIZER_DIRECTORY}",
            "--data", f"kind=synthetic_text,prompt_tokens=16,output_tokens={chunks}",
            "--output", f"kind=json,path={os.path.join(output, 'report.json')}", "--disable-console"]


def measured(name, output, answers):
    """Pairs of the server's answer and what the tool measured of it: seconds to the first chunk, and to the last."""
    if name == "aiperf":
        by_name = {one["request_id"]: one for one in answers}
        with open(os.path.join(output, "profile_export.jsonl")) as lines:
            records = [json.loads(line) for line in lines]
        for record in records:
            answer = by_name.get(record["metadata"]["x_request_id"])
            metrics = record["metrics"]
            if answer and "time_to_first_token" in metrics:
                yield answer, metrics["time_to_first_token"]["value"] / 1e3, metrics["request_latency"]["value"] / 1e3
        return
    with open(os.path.join(output, "report.json")) as file:
        requests = json.load(file)["benchmarks"][0]["requests"]["successful"]
    # It does not name its requests: those of a constant rate come in the order in which they are sent.
    timings = sorted((one["info"]["timings"] for one in requests), key=lambda one: one["request_start"])
    if len(timings) == len(answers):
        for answer, one in zip(sorted(answers, key=lambda one: one["received_ns"]), timings):
            yield answer, one["first_token_iteration"] - one["request_start"], one["last_token_iteration"] - one["request_start"]
