package aifactory.commandline.completion;

import aifactory.commandline.completion.CompletedCommand.Kind;
import aifactory.commandline.completion.CompletedCommand.Option;
import aifactory.commandline.completion.CompletedCommand.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import picocli.CommandLine;

/**
 * Writes the scripts. They hold the names and values as data, and ask the program only for the names of stored runs.
 * Stateless.
 */
public final class CompletionScript {
    private static final String RUN_NAMES = "aifactory runs --names 2>/dev/null";

    private CompletionScript() {}

    /** For bash. Read by zsh, it reads the script for zsh instead. */
    public static String bash(CommandLine program) {
        return """
                # Completion of aifactory in bash: source <(aifactory completion)
                if [ -n "${ZSH_VERSION:-}" ]; then
                  source <(aifactory completion zsh)
                else
                """ + tables(CompletedCommand.of(program)) + """
                _complete_aifactory() {
                  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
                  COMPREPLY=()
                  # An option and its value that '=' joins are three words.
                  if [ "$cur" = "=" ]; then cur=; elif [ "$prev" = "=" ]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi
                  _aifactory_scan "${COMP_WORDS[@]:0:COMP_CWORD}"
                  _aifactory_kind "$prev" "$cur"
                  local kind=${_aifactory_result%% *} words=${_aifactory_result#* }
                  case $kind in
                    words) COMPREPLY=($(compgen -W "$words" -- "$cur")) ;;
                    file) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")) ;;
                    directory) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$cur")) ;;
                    run)
                      compopt -o filenames 2>/dev/null
                      COMPREPLY=($(compgen -W "$(RUN_NAMES)" -- "$cur") $(compgen -d -- "$cur")) ;;
                  esac
                }
                complete -F _complete_aifactory aifactory ./aifactory
                fi
                """.replace("RUN_NAMES", RUN_NAMES);
    }

    /** For zsh: to be sourced, or as the file _aifactory of a directory of its function path. */
    public static String zsh(CommandLine program) {
        return "#compdef aifactory\n# Completion of aifactory in zsh: source <(aifactory completion zsh)\n"
                + tables(CompletedCommand.of(program)) + """
                _aifactory() {
                  local cur=${words[CURRENT]} prev=${words[CURRENT-1]}
                  if [[ $cur == --*=* ]]; then prev=${cur%%=*}; cur=${cur#*=}; compset -P '*='; fi
                  _aifactory_scan "${(@)words[1,CURRENT-1]}"
                  _aifactory_kind "$prev" "$cur"
                  local kind=${_aifactory_result%% *} list=${_aifactory_result#* }
                  case $kind in
                    words) compadd -- ${=list} ;;
                    file) _files ;;
                    directory) _files -/ ;;
                    run) compadd -- ${(f)"$(RUN_NAMES)"}; _files -/ ;;
                  esac
                }
                if [ "${funcstack[1]:-}" = "_aifactory" ]; then
                  _aifactory "$@"
                else
                  (( $+functions[compdef] )) || { autoload -U compinit && compinit }
                  compdef _aifactory aifactory
                fi
                """.replace("RUN_NAMES", RUN_NAMES);
    }

    /** Functions that both shells run: they leave what they find in _aifactory_result. */
    private static String tables(List<CompletedCommand> commands) {
        StringBuilder text = new StringBuilder("_aifactory_commands() {\n  case $1 in\n");
        for (CompletedCommand command : commands) {
            if (!command.commands().isEmpty()) {
                String names = String.join(" ", command.commands().keySet());
                text.append("    '")
                        .append(command.path())
                        .append("') _aifactory_result='")
                        .append(names)
                        .append("' ;;\n");
            }
        }
        text.append("    *) _aifactory_result= ;;\n  esac\n}\n_aifactory_options() {\n  case $1 in\n");
        for (CompletedCommand command : commands) {
            List<String> names = new ArrayList<>();
            command.options().forEach(option -> names.addAll(option.names()));
            text.append("    '").append(command.path()).append("') _aifactory_result='");
            text.append(String.join(" ", names)).append("' ;;\n");
        }
        text.append("    *) _aifactory_result= ;;\n  esac\n}\n_aifactory_argument() {\n  case $1 in\n");
        for (CompletedCommand command : commands) {
            Value argument = command.argument();
            if (argument != null && argument.kind() != Kind.TEXT) {
                text.append("    '").append(command.path()).append("') _aifactory_result='");
                text.append(kind(argument, commands.getFirst())).append("' ;;\n");
            }
        }
        text.append("    *) _aifactory_result= ;;\n  esac\n}\n").append(values(commands));
        return text + """
                # The command that the words before the current one name.
                _aifactory_scan() {
                  local word skip=
                  _aifactory_path=aifactory
                  shift
                  for word in "$@"; do
                    if [ -n "$skip" ]; then skip=; continue; fi
                    case $word in
                      --*=*) ;;
                      -*) _aifactory_value "$_aifactory_path $word"; skip=$_aifactory_result ;;
                      *)
                        _aifactory_commands "$_aifactory_path"
                        case " $_aifactory_result " in *" $word "*) _aifactory_path="$_aifactory_path $word" ;; esac ;;
                    esac
                  done
                }
                # What the current word is: the value of the option before it, an option, a command, or an argument.
                _aifactory_kind() {
                  _aifactory_result=
                  case $1 in -*) _aifactory_value "$_aifactory_path $1" ;; esac
                  if [ -n "$_aifactory_result" ]; then return; fi
                  case $2 in
                    -*) _aifactory_options "$_aifactory_path"; _aifactory_result="words $_aifactory_result"; return ;;
                  esac
                  _aifactory_commands "$_aifactory_path"
                  if [ -n "$_aifactory_result" ]; then
                    _aifactory_result="words $_aifactory_result"
                  else
                    _aifactory_argument "$_aifactory_path"
                  fi
                }
                """;
    }

    /** What each option takes. An option that takes the same in every command needs one pattern. */
    private static String values(List<CompletedCommand> commands) {
        Map<String, Map<String, String>> kinds = new LinkedHashMap<>();
        for (CompletedCommand command : commands) {
            for (Option option : command.options()) {
                Value value = option.value();
                String kind = value == null ? "" : kind(value, commands.getFirst());
                option.names()
                        .forEach(name -> kinds.computeIfAbsent(name, _ -> new LinkedHashMap<>())
                                .put(command.path(), kind));
            }
        }
        Map<String, List<String>> patterns = new LinkedHashMap<>();
        kinds.forEach((name, byCommand) -> {
            boolean isSame = new TreeSet<>(byCommand.values()).size() == 1;
            byCommand.forEach((path, kind) -> {
                String pattern = isSame ? "*' " + name + "'" : "'" + path + " " + name + "'";
                List<String> ofKind = patterns.computeIfAbsent(kind, _ -> new ArrayList<>());
                if (!kind.isEmpty() && !ofKind.contains(pattern)) {
                    ofKind.add(pattern);
                }
            });
        });
        StringBuilder text = new StringBuilder("_aifactory_value() {\n  case $1 in\n");
        patterns.forEach((kind, ofKind) -> {
            if (!ofKind.isEmpty()) {
                text.append("    ").append(String.join("|", ofKind)).append(") _aifactory_result='");
                text.append(kind).append("' ;;\n");
            }
        });
        return text.append("    *) _aifactory_result= ;;\n  esac\n}\n").toString();
    }

    private static String kind(Value value, CompletedCommand program) {
        return switch (value.kind()) {
            case WORDS -> "words " + String.join(" ", value.words());
            case COMMAND -> "words " + String.join(" ", program.commands().keySet());
            case FILE, DIRECTORY, RUN, TEXT -> value.kind().name().toLowerCase(Locale.ROOT);
        };
    }

    /** For fish, with descriptions. */
    public static String fish(CommandLine program) {
        List<CompletedCommand> commands = CompletedCommand.of(program);
        StringBuilder paths = new StringBuilder();
        commands.stream()
                .skip(1)
                .forEach(command -> paths.append(" '").append(command.path()).append('\''));
        StringBuilder text = new StringBuilder("""
                # Completion of aifactory in fish: aifactory completion fish | source
                function __aifactory_at
                    set -l path aifactory
                    for word in (commandline -opc)[2..]
                        if contains -- "$path $word" PATHS
                            set path "$path $word"
                        end
                    end
                    test "$path" = "$argv"
                end
                complete -c aifactory -f
                """.replace(" PATHS", paths));
        for (CompletedCommand command : commands) {
            String start = "complete -c aifactory -n '__aifactory_at " + command.path() + "'";
            command.commands()
                    .forEach((name, description) -> text.append(start)
                            .append(" -a ")
                            .append(name)
                            .append(" -d ")
                            .append(quoted(description))
                            .append('\n'));
            Value argument = command.argument();
            if (argument != null) {
                text.append(start)
                        .append(fishValue(argument, commands.getFirst(), false))
                        .append('\n');
            }
            for (Option option : command.options()) {
                text.append(start);
                option.names()
                        .forEach(name -> text.append(name.startsWith("--") ? " -l " : " -s ")
                                .append(name.replaceFirst("^-+", "")));
                Value value = option.value();
                text.append(value == null ? "" : fishValue(value, commands.getFirst(), true));
                text.append(" -d ").append(quoted(option.description())).append('\n');
            }
        }
        return text.toString();
    }

    private static String fishValue(Value value, CompletedCommand program, boolean isOption) {
        String exclusive = isOption ? " -x" : "";
        return switch (value.kind()) {
            case WORDS -> exclusive + " -a " + quoted(String.join(" ", value.words()));
            case COMMAND ->
                exclusive + " -a " + quoted(String.join(" ", program.commands().keySet()));
            case FILE -> isOption ? " -r -F" : " -F";
            case DIRECTORY -> exclusive + " -a '(__fish_complete_directories)'";
            case RUN -> exclusive + " -a '(" + RUN_NAMES + "; __fish_complete_directories)'";
            case TEXT -> exclusive;
        };
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
