import { container } from 'cosmos.bicep'
import { subscription } from 'event-subscriptions.bicep'

@export()
@description('What an extension declares, as infra/generated/extensions.json has it.')
type extension = {
  @description('Name.')
  name: string

  @description('Whether a build has it when nothing was chosen.')
  default: bool

  @description('Its containers.')
  containers: container[]

  @description('Its subscriptions.')
  subscriptions: subscription[]

  @description('Names of its settings.')
  settings: string[]
}

@export()
@description('Those that are chosen: by names with commas between them, or all, none or default. As infra/extensions.ts reads it for the package.')
func chosenOf(declared extension[], choice string) extension[] => chosenBy(declared, namesIn(choice))

func namesIn(choice string) string[] => filter(map(split(choice, ','), name => trim(name)), name => !empty(name))

func chosenBy(declared extension[], names string[]) extension[] =>
  filter(
    declared,
    each => names == ['all'] || (each.default && (empty(names) || names == ['default'])) || contains(names, each.name)
  )
