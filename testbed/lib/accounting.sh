# shellcheck shell=bash
# Accounts, users and qualities of service: enough of each to be refused, to wait for ever and to be preempted.

manage() { in_node "$LOGIN" sacctmgr --immediate --quiet "$@" >>"$HERE/log/sacctmgr.log" 2>&1; }

set_up_accounting() {
    manage add cluster aifactory
    manage add account ai-factory Description=ai-factory Organization=aifactory
    manage add account research Description=research Organization=aifactory

    # low gives way to the others: its jobs get 5 s to end, then go back into the queue, or, if they may not, are PREEMPTED.
    manage add qos low Priority=1 GraceTime=5
    manage modify qos normal set Priority=100 Preempt=low
    # A job beyond this limit is accepted and waits for ever; that is Slurm's default.
    manage add qos gpu Priority=200 Preempt=low MaxWall=00:30:00
    # A job beyond one of these limits is refused at once.
    manage add qos debug Priority=300 MaxWall=00:05:00 MaxSubmitJobsPerUser=2 Flags=DenyOnLimit

    manage add user alice Account=ai-factory DefaultAccount=ai-factory
    manage add user alice Account=research
    manage add user bob Account=research DefaultAccount=research
    manage modify user alice set QOS=normal,gpu,low,debug DefaultQOS=normal
    # bob may not use gpu and debug.
    manage modify user bob set QOS=normal,low DefaultQOS=normal
}
