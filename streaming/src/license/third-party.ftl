<#list dependencyMap as entry>
<#assign project = entry.getKey()>
${project.groupId}:${project.artifactId}: ${entry.getValue()?join(" or ")}
</#list>
