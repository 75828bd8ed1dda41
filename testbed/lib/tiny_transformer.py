"""Writes a tiny randomly initialised Llama model with its tokenizer, as `transformers serve` loads it: tiny_transformer.py DIRECTORY"""
import sys

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

syllables = [a + b for a in "bcdfghklmnprstvw" for b in "aeiou"]
words = ["<unk>", "<s>", "</s>"] + syllables + ["\u2581" + s for s in syllables] + list("abcdefghijklmnopqrstuvwxyz\u2581")
tokenizer = Tokenizer(models.Unigram([(word, -float(i) / 100) for i, word in enumerate(words)], unk_id=0))
tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
tokenizer.decoder = decoders.Metaspace()
PreTrainedTokenizerFast(
    tokenizer_object=tokenizer, unk_token="<unk>", bos_token="<s>", eos_token="</s>",
    chat_template="{% for m in messages %}{{ m['content'] }} {% endfor %}",
).save_pretrained(sys.argv[1])
torch.manual_seed(7)
LlamaForCausalLM(LlamaConfig(
    vocab_size=len(words), hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4,
    max_position_embeddings=512, bos_token_id=1, eos_token_id=2, tie_word_embeddings=False,
)).save_pretrained(sys.argv[1])
