package aifactory.workload.prompt;

import aifactory.workload.SeededHash;

/**
 * Words of a vocabulary, each taken for a token. The first ones spell the bits, so that different bits lead to
 * different texts at once; what follows is cut from a long ring of words.
 */
final class WordText implements SyntheticText {
    private final WordCorpus corpus;

    WordText(WordCorpus corpus) {
        this.corpus = corpus;
    }

    @Override
    public int append(int tokens, long bits, ByteBuilder out) {
        int spelled = Math.min(tokens, corpus.spellingWords());
        corpus.appendSpelled(out, spelled, bits);
        corpus.append(out, tokens - spelled, SeededHash.mix(bits));
        return tokens;
    }
}
