"""LitServe's OpenAI server that says back the words of the last message. Its `usage` is all zeros, as its specification has it
where the API counts nothing. A message that begins with "fail" fails after two words."""
import sys
import time

import litserve


class Words(litserve.LitAPI):
    def setup(self, device):
        pass

    def predict(self, request):
        words = request.messages[-1].content.split()
        for number, word in enumerate(words):
            time.sleep(0.003)
            if words[0] == "fail" and number == 2:
                raise RuntimeError("the model failed at word 2")
            yield word + " "


if __name__ == "__main__":
    server = litserve.LitServer(Words(spec=litserve.OpenAISpec()), accelerator="cpu", workers_per_device=1)
    server.run(host="127.0.0.1", port=int(sys.argv[1]), generate_client_file=False, log_level="warning")
